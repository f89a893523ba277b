import { sha256 } from '@noble/hashes/sha2.js';
import { entryDigest, equalBytes } from '@sealpost/domain';
import type { ClientAnswer, WireEntry } from '@sealpost/protocol';
import type { ConversationRecord, OutboxItem } from '../core/records.ts';
import type { DeviceRef } from '../engine/engine.port.ts';

export type SealedItem = OutboxItem & { readonly sealed: NonNullable<OutboxItem['sealed']> };
export type SentAnswer = Extract<ClientAnswer<'send'>, { ok: true }>['value'];

/** An entry of this device, put together from what it sent and what it was answered. */
export interface OwnEntry {
  readonly incarnation: number;
  readonly entry: WireEntry;
}

/** Null where the answer does not say all: the entry is another send's of this client id, or is to be read. */
export function ownEntry(
  me: DeviceRef,
  { conversation, clientId, class: kind, sealed }: SealedItem,
  { seq, acceptedAt, digest, place }: SentAnswer,
): OwnEntry | null {
  const { generation, epoch, parts } = sealed;
  if (!place || !equalBytes(digest, entryDigest({ sha256 }, parts))) return null;
  const sender = { account: me.account, device: me.device };
  const forAll = parts.flatMap(({ audience, bytes }) =>
    audience === 'all' ? [{ audience, bytes }] : [],
  );
  const envelope = { conversation, seq, generation, epoch, sender, clientId, acceptedAt, digest };
  const said = { kind: 'message', class: kind, after: null, change: null } as const;
  return {
    incarnation: place.incarnation,
    entry: { ...envelope, ...said, blobs: [], loud: place.loud, parts: forAll },
  };
}

/**
 * Own entries that were answered before what precedes them was here: each waits for its place in the order. What is
 * lost with the process is read from the log.
 */
export class OwnEntries {
  readonly #waiting = new Map<string, Map<number, OwnEntry>>();

  add(own: OwnEntry): void {
    const { conversation, seq } = own.entry;
    const waiting = this.#waiting.get(conversation) ?? new Map<number, OwnEntry>();
    this.#waiting.set(conversation, waiting.set(seq, own));
  }

  /** The one that continues the record. */
  following({ conversation, incarnation, cursor }: ConversationRecord): WireEntry | null {
    const own = this.#waiting.get(conversation)?.get(cursor + 1);
    return own?.incarnation === incarnation ? own.entry : null;
  }

  /** Whether with these a push from `first` on continues the record. */
  reach(first: number, record: ConversationRecord): boolean {
    let { cursor } = record;
    while (cursor + 1 < first && this.following({ ...record, cursor })) cursor++;
    return first <= cursor + 1;
  }

  /** Forgets what the record has gone past, and what was taken back by a restore. */
  forget({ conversation, incarnation, cursor }: ConversationRecord): void {
    const waiting = this.#waiting.get(conversation);
    if (!waiting) return;
    for (const [seq, own] of waiting)
      if (seq <= cursor || own.incarnation < incarnation) waiting.delete(seq);
    if (waiting.size === 0) this.#waiting.delete(conversation);
  }
}
