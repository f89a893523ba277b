import type { Clock } from '@sealpost/domain';
import { decodeContent } from '../content/content-codec.ts';
import type { WireChange, WireEntry } from '@sealpost/protocol';
import type { ConversationRecord, OutboxItem, StagedRecord, StoredEntry } from '../core/records.ts';
import { at } from '../core/records.ts';
import type { Draft } from '../core/vault.ts';
import type {
  Binding,
  CryptoEngine,
  DeviceRef,
  IncomingEntry,
  Processed,
} from '../engine/engine.port.ts';
import { seenDigest } from './seen-digest.ts';

/**
 * What is left to do, outside the transaction, after entries were processed.
 * `describe`: members are not known from the log alone; `judge`: the devices in the keys changed;
 * `refresh`: this device came in by a bundle that others were added by too, and should not rely on it for long.
 */
export type FollowUp = 'describe' | 'judge' | 'refresh';

export interface Progress {
  readonly record: ConversationRecord;
  readonly stored: StoredEntry | null;
  readonly followUps: readonly FollowUp[];
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

function incoming(entry: WireEntry, kind: IncomingEntry['kind']): IncomingEntry {
  const { conversation, seq, generation, epoch, sender, clientId, parts, change } = entry;
  return {
    conversation,
    seq,
    generation,
    epoch,
    sender,
    clientId,
    kind,
    class: entry.class,
    adds: change?.addDevices ?? [],
    removes: change?.removeDevices ?? [],
    mode: change?.mode ?? null,
    parts,
  };
}

/** Who is a member after a change; exact once the whole list was known. */
function membersAfter(
  record: ConversationRecord,
  change: WireChange,
): ConversationRecord['members'] {
  const members = new Map(record.members.map(({ account, role }) => [account, role]));
  for (const account of change.removeMembers) members.delete(account);
  for (const { account, role } of [...change.addMembers, ...change.setRoles])
    members.set(account, role);
  return [...members].map(([account, role]) => ({ account, role }));
}

/** Takes in one entry, in the transaction that also moves the cursor over it: exactly once, whatever crashes. */
export class ProcessEntry {
  readonly #engine: CryptoEngine;

  readonly #clock: Clock;

  constructor(engine: CryptoEngine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  async execute(
    draft: Draft,
    me: DeviceRef,
    before: ConversationRecord,
    entry: WireEntry,
  ): Promise<Progress> {
    const seen = seenDigest(entry, before.parent?.digest ?? null);
    const own = entry.sender.device === me.device;
    const progress = own
      ? await this.#own(draft, before, entry, baseOf(entry, seen))
      : await this.#foreign(draft, me, before, entry, baseOf(entry, seen));
    const record: ConversationRecord = {
      ...this.#changed(progress.record, me, entry),
      cursor: entry.seq,
      head: Math.max(before.head, entry.seq),
      loud: entry.loud,
      parent: seen && { seq: entry.seq, digest: seen },
      unjudged: progress.record.unjudged || progress.followUps.includes('judge'),
    };
    if (progress.stored) draft.write(at.entry(entry.conversation, entry.seq), progress.stored);
    return { ...progress, record };
  }

  /** Membership, as the entry says it in clear. */
  #changed(record: ConversationRecord, me: DeviceRef, { change }: WireEntry): ConversationRecord {
    if (!change) return record;
    const removed = change.removeMembers.includes(me.account);
    const added = change.addMembers.some(({ account }) => account === me.account);
    return {
      ...record,
      kind: change.founding?.kind ?? record.kind,
      members: membersAfter(record, change),
      status: removed ? 'left' : added ? 'active' : record.status,
      keyed: record.keyed && !removed,
    };
  }

  async #own(
    draft: Draft,
    record: ConversationRecord,
    entry: WireEntry,
    base: Base,
  ): Promise<Progress> {
    if (entry.kind === 'message') {
      const key = at.sent(entry.conversation, entry.clientId);
      const found = await draft.read<{ key: string }>(key);
      const item = found && (await draft.read<OutboxItem>(found.key));
      // A message of ours that we know nothing of: our records were restored from an older copy.
      if (!found || !item)
        return {
          record: { ...record, broken: true },
          stored: { ...base, kind: 'undecryptable', reason: 'restored_copy' },
          followUps: [],
        };
      draft.put(key, null);
      draft.put(found.key, null);
      return { record, stored: { ...base, kind: 'message', content: item.content }, followUps: [] };
    }
    const stored: StoredEntry | null = entry.change && {
      ...base,
      kind: 'change',
      change: entry.change,
    };
    if (entry.kind === 'roster') return { record, stored, followUps: [] };
    const staged = await draft.read<StagedRecord>(at.staged(entry.conversation));
    const isStaged = staged?.clientId === entry.clientId && sameBytes(staged.digest, entry.digest);
    const settled =
      isStaged &&
      draft.take(
        await this.#engine.settle(draft, entry.conversation, entry.clientId, {
          accepted: true,
          seq: entry.seq,
        }),
      );
    if (isStaged) draft.put(at.staged(entry.conversation), null);
    if (!settled) return { record: { ...record, broken: true }, stored, followUps: [] };
    const rejoinedAt = record.broken ? this.#clock.now() : record.rejoinedAt;
    // A change within the same keys, which may be made in the background, answers no fork.
    const forked = record.forked && entry.change?.mode === 'member';
    return {
      record: { ...record, keyed: true, broken: false, forked, rejoinedAt },
      stored,
      followUps: ['describe', 'judge'],
    };
  }

  async #foreign(
    draft: Draft,
    me: DeviceRef,
    record: ConversationRecord,
    entry: WireEntry,
    base: Base,
  ): Promise<Progress> {
    const change: StoredEntry | null = entry.change && {
      ...base,
      kind: 'change',
      change: entry.change,
    };
    if (entry.kind === 'roster') return { record, stored: change, followUps: [] };
    const processed = draft.take(
      await this.#engine.process(draft, me, incoming(entry, entry.kind)),
    );
    if (entry.kind !== 'message' && (processed.kind === 'commit' || processed.kind === 'joined')) {
      // Whatever was staged on the old epoch has lost.
      draft.put(at.staged(entry.conversation), null);
    }
    const forked =
      processed.kind === 'message' &&
      (await this.#contradicts(draft, entry.conversation, processed.parent));
    return this.#outcome({ ...record, forked: record.forked || forked }, processed, base, change);
  }

  /** Whether the sender had another entry than we at the position that its message refers to. */
  async #contradicts(
    draft: Draft,
    conversation: string,
    parent: Binding['parent'],
  ): Promise<boolean> {
    const ours = parent && (await draft.read<StoredEntry>(at.entry(conversation, parent.seq)));
    return !!ours && ours.kind !== 'gap' && !!ours.seen && !sameBytes(ours.seen, parent.digest);
  }

  #outcome(
    record: ConversationRecord,
    processed: Processed,
    base: Base,
    change: StoredEntry | null,
  ): Progress {
    switch (processed.kind) {
      case 'message':
        return {
          record,
          stored: { ...base, kind: 'message', content: processed.plaintext },
          followUps: [],
        };
      case 'commit':
        return {
          record: { ...record, keyed: processed.self === 'member' },
          stored: change,
          followUps: ['judge'],
        };
      case 'joined':
        return {
          record: {
            ...record,
            keyed: true,
            broken: false,
            forked: false,
            title: titleOf(processed.profile) ?? record.title,
          },
          stored: change,
          followUps: ['describe', 'judge', ...(processed.lastResort ? (['refresh'] as const) : [])],
        };
      case 'duplicate':
        // A number comes twice only where the log was restored, and this device is not back in it yet.
        return {
          record,
          stored: change ?? { ...base, kind: 'undecryptable', reason: 'restored' },
          followUps: [],
        };
      case 'undecryptable': {
        const broken = record.broken || processed.recover === 'rejoin';
        return {
          record: { ...record, broken },
          stored: change ?? { ...base, kind: 'undecryptable', reason: processed.reason },
          followUps: [],
        };
      }
    }
  }
}

type Base = ReturnType<typeof baseOf>;

const baseOf = (entry: WireEntry, seen: Uint8Array | null) => ({
  seq: entry.seq,
  acceptedAt: entry.acceptedAt,
  sender: entry.sender,
  clientId: entry.clientId,
  class: entry.class,
  loud: entry.loud,
  digest: entry.digest,
  seen,
});

/** The title in a profile that a commit brought. */
function titleOf(profile: Uint8Array | null): string | null {
  const content = profile && decodeContent(profile);
  return content?.kind === 'profile' ? content.title : null;
}
