import type {
  Append,
  AppendOutcome,
  ClientId,
  DeviceId,
  Entry,
  EntryEnvelope,
  Head,
  LoadedLog,
  Seq,
} from '@sealpost/domain';
import { copied } from './copied.ts';

const sendKey = (device: DeviceId, clientId: ClientId): string =>
  JSON.stringify([device, clientId]);

/** One conversation's log. */
export class StoredLog {
  readonly entries: Entry[] = [];
  restores: Head['restores'] = [];
  snapshot: LoadedLog['snapshot'] = null;
  version: Seq = 0;
  readonly #sends = new Map<string, Seq>();

  head(): Head {
    const last = this.entries.at(-1);
    return {
      seq: last?.seq ?? 0,
      loud: last?.loud ?? 0,
      acceptedAt: last?.acceptedAt ?? 0,
      version: this.version,
      restores: this.restores,
    };
  }

  sent(device: DeviceId, clientId: ClientId): Entry | null {
    const seq = this.#sends.get(sendKey(device, clientId));
    return (seq !== undefined && this.entries[seq - 1]) || null;
  }

  /** Notes where the log stands; a log that has that note keeps it. */
  markRestored(incarnation: number): void {
    if (this.restores.some((note) => note.incarnation === incarnation)) return;
    const note = Object.freeze({ incarnation, head: this.head().seq });
    this.restores = Object.freeze([...this.restores, note]);
  }

  /** Judges one item and appends it if nothing speaks against it. */
  take({ draft, parts, basis, now, supersedes }: Append): AppendOutcome {
    const { device } = draft.sender;
    const known = this.sent(device, draft.clientId);
    if (known) {
      const { seq, acceptedAt, digest } = known;
      return { code: 'known', seq, acceptedAt, digest: copied(digest) };
    }
    if (basis !== this.version) return { code: 'stale' };
    if (draft.after !== null && !this.sent(device, draft.after)) return { code: 'out_of_turn' };
    const last = this.head();
    const seq = last.seq + 1;
    const acceptedAt = Math.max(now, last.acceptedAt);
    const loud = last.loud + (draft.class === 'loud' ? 1 : 0);
    this.entries.push(copied({ ...draft, seq, acceptedAt, loud, parts }));
    this.#sends.set(sendKey(device, draft.clientId), seq);
    if (draft.kind !== 'message') this.version = seq;
    if (supersedes !== null) this.#dropJoinerParts(supersedes);
    return { code: 'appended', seq, acceptedAt, loud };
  }

  #dropJoinerParts(seq: Seq): void {
    const entry = this.entries[seq - 1];
    if (!entry) return;
    const parts = entry.parts.filter(({ audience }) => audience !== 'joiners');
    this.entries[seq - 1] = { ...entry, parts };
  }
}

/** The entry without its parts. */
export const envelopeOf = ({ parts: _parts, ...envelope }: Entry): EntryEnvelope =>
  copied(envelope);

/** Consecutive entries after `after`, ending with the one by which `bytes` are reached. */
export function entriesAfter(
  log: StoredLog,
  after: Seq,
  limit: { readonly entries: number; readonly bytes: number },
): Entry[] {
  const page: Entry[] = [];
  let bytes = 0;
  for (const entry of log.entries.slice(after, after + limit.entries)) {
    page.push(copied(entry));
    bytes += entry.parts.reduce((sum, part) => sum + part.bytes.length, 0);
    if (bytes >= limit.bytes) break;
  }
  return page;
}
