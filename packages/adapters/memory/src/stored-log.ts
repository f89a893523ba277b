import { hasJoinerParts, isSameButForJoiners } from '@sealpost/domain';
import type {
  Adoption,
  Append,
  AppendOutcome,
  ClientId,
  Cut,
  DeviceId,
  Entry,
  EntryEnvelope,
  Head,
  LoadedLog,
  Seq,
  Tenure,
} from '@sealpost/domain';
import { copied } from './copied.ts';

const sendKey = (device: DeviceId, clientId: ClientId): string =>
  JSON.stringify([device, clientId]);

/** One conversation's log. */
export class StoredLog {
  /** Those above the floor. */
  #entries: Entry[] = [];
  #floor: Seq = 0;
  /** The entry of those that were cut which is kept all the same. */
  #kept: Entry | null = null;
  /** The state at the floor. */
  base: LoadedLog['snapshot'] = null;
  #head = { seq: 0, loud: 0, acceptedAt: 0 };
  restores: Head['restores'] = [];
  snapshot: LoadedLog['snapshot'] = null;
  version: Seq = 0;
  readonly #sends = new Map<string, Seq>();
  tenure: Tenure;

  constructor(tenure: Tenure) {
    this.tenure = tenure;
  }

  get kept(): Entry | null {
    return this.#kept;
  }

  head(): Head {
    return {
      ...this.#head,
      version: this.version,
      restores: this.restores,
      floor: this.#floor,
      tenure: this.tenure,
    };
  }

  /** Those that are not messages, after a version that a state covers. */
  changesAfter(version: Seq): readonly Entry[] {
    return this.#entries.filter(({ seq, kind }) => seq > version && kind !== 'message');
  }

  /** At most `count` consecutive entries after a place; none after one below the floor. */
  after(seq: Seq, count: number): readonly Entry[] {
    const from = seq - this.#floor;
    return from < 0 ? [] : this.#entries.slice(from, from + count);
  }

  entry(seq: Seq): Entry | null {
    if (seq > this.#floor) return this.#entries[seq - this.#floor - 1] ?? null;
    return this.#kept?.seq === seq ? this.#kept : null;
  }

  cut({ floor, version, state, keep }: Cut): number {
    if (this.tenure.state !== 'open') return 0;
    const isCovered =
      version >= (this.base?.version ?? 0) &&
      this.changesAfter(version).every(({ seq }) => seq > floor);
    const count = floor - this.#floor;
    if (count <= 0 || floor > this.#head.seq || !isCovered) return 0;
    const kept = this.entry(keep);
    this.#kept = keep <= floor ? kept : null;
    this.#entries = this.#entries.slice(count);
    this.#floor = floor;
    for (const [key, seq] of this.#sends) if (!this.entry(seq)) this.#sends.delete(key);
    this.base = { version, state };
    if (version >= (this.snapshot?.version ?? 0)) this.snapshot = this.base;
    return count;
  }

  sent(device: DeviceId, clientId: ClientId): Entry | null {
    const seq = this.#sends.get(sendKey(device, clientId));
    return seq === undefined ? null : this.entry(seq);
  }

  /** Notes where the log stands; a log that has that note keeps it. */
  markRestored(incarnation: number): void {
    if (this.restores.some((note) => note.incarnation === incarnation)) return;
    const note = Object.freeze({ incarnation, head: this.head().seq });
    this.restores = Object.freeze([...this.restores, note]);
  }

  /** Judges one item and appends it if nothing speaks against it. */
  take({ draft, parts, basis, now, supersedes }: Append): AppendOutcome {
    if (this.tenure.state !== 'open') return { code: 'closed' };
    const { device } = draft.sender;
    const known = this.sent(device, draft.clientId);
    if (known) {
      const { seq, acceptedAt, digest } = known;
      return { code: 'known', seq, acceptedAt, digest: copied(digest) };
    }
    if (basis !== this.version) return { code: 'stale' };
    if (draft.after !== null && !this.sent(device, draft.after)) return { code: 'out_of_turn' };
    const last = this.#head;
    const seq = last.seq + 1;
    const acceptedAt = Math.max(now, last.acceptedAt);
    const loud = last.loud + (draft.class === 'loud' ? 1 : 0);
    this.#entries.push(copied({ ...draft, seq, acceptedAt, loud, parts }));
    this.#head = { seq, acceptedAt, loud };
    this.#sends.set(sendKey(device, draft.clientId), seq);
    if (draft.kind !== 'message') this.version = seq;
    if (supersedes !== null) this.#dropJoinerParts(supersedes);
    return { code: 'appended', seq, acceptedAt, loud };
  }

  /** Takes over part of another store's log, or nothing of it when it does not fit. */
  adopt({ head, state, kept, entries }: Adoption): boolean {
    const floor = Math.max(this.#floor, head.floor);
    const above = entries.filter(({ seq }) => seq > floor);
    const last = Math.max(this.#head.seq, floor);
    const news = above.filter(({ seq }) => seq > this.#head.seq);
    const fits =
      this.tenure.state !== 'open' &&
      news.every(({ seq }, index) => seq === last + index + 1) &&
      above.every((entry) => {
        const own = this.entry(entry.seq);
        return own === null || isSameButForJoiners(own, entry);
      });
    if (!fits) return false;
    if (head.floor > this.#floor) this.#raise(head, state, kept);
    for (const entry of kept ? [kept, ...above] : above)
      if (!hasJoinerParts(entry)) this.#dropJoinerParts(entry.seq);
    this.#entries.push(...copied(news));
    for (const { seq, sender, clientId } of news)
      this.#sends.set(sendKey(sender.device, clientId), seq);
    const newest = this.#entries.at(-1);
    const seq = newest?.seq ?? this.#floor;
    if (seq === head.seq) {
      this.#head = { seq, loud: head.loud, acceptedAt: head.acceptedAt };
      this.version = head.version;
    } else if (seq < head.seq) {
      const { loud, acceptedAt } = newest ?? this.#head;
      this.#head = { seq, loud, acceptedAt };
      this.version = this.changesAfter(0).at(-1)?.seq ?? this.version;
    }
    if (seq <= head.seq) this.restores = copied(head.restores);
    return true;
  }

  #raise({ floor }: Head, state: LoadedLog['snapshot'], kept: Entry | null): void {
    this.#entries = this.#entries.filter(({ seq }) => seq > floor);
    this.#floor = floor;
    this.#kept = copied(kept);
    for (const [key, seq] of this.#sends) if (!this.entry(seq)) this.#sends.delete(key);
    if (kept) this.#sends.set(sendKey(kept.sender.device, kept.clientId), kept.seq);
    this.base = state;
    if (state && state.version >= (this.snapshot?.version ?? 0)) this.snapshot = state;
  }

  #dropJoinerParts(seq: Seq): void {
    const entry = this.entry(seq);
    if (!entry) return;
    const parts = entry.parts.filter(({ audience }) => audience !== 'joiners');
    const trimmed = { ...entry, parts };
    if (this.#kept === entry) this.#kept = trimmed;
    else this.#entries[seq - this.#floor - 1] = trimmed;
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
  for (const entry of log.after(after, limit.entries)) {
    page.push(copied(entry));
    bytes += entry.parts.reduce((sum, part) => sum + part.bytes.length, 0);
    if (bytes >= limit.bytes) break;
  }
  return page;
}
