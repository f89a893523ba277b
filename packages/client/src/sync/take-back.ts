import { decodeMsgpack } from '@sealpost/protocol';
import { at, type ConversationRecord, type OutboxItem, type StoredEntry } from '../core/records.ts';
import type { Core } from '../core/ports.ts';
import type { Draft, Vault } from '../core/vault.ts';

const pageRecords = 500;

/** The values of all records that start with `prefix` and come after `after`. */
export async function all(vault: Vault, prefix: string, after: string): Promise<Uint8Array[]> {
  const values: Uint8Array[] = [];
  for (let from = after; ;) {
    const page = await vault.list(prefix, { after: from, limit: pageRecords });
    values.push(...page.map(({ value }) => value));
    const last = page.at(-1);
    if (page.length < pageRecords || !last) return values;
    from = last.key;
  }
}

/** A gap may go on beyond what was kept of the log. */
async function endGap(
  vault: Vault,
  draft: Draft,
  conversation: string,
  from: number,
): Promise<void> {
  const after = at.entry(conversation, from);
  const [last] = await vault.list(at.entries(conversation), { after, limit: 1, reverse: true });
  const entry = last && (decodeMsgpack(last.value) as StoredEntry);
  if (entry?.kind === 'gap' && entry.to >= from)
    draft.write(at.entry(conversation, entry.seq), { ...entry, to: from - 1 });
}

/**
 * The server's data were restored to a state in which the entries from `from` on do not exist. What this device has of
 * them is kept apart, since their numbers will be used again; what it had sent among them is sent once more. Its keys
 * may be ahead of the log, by messages or by whole generations, which nothing can heal: they are forgotten, and it has to
 * come back into the conversation from outside.
 */
export async function takeBack(
  { vault, engine }: Pick<Core, 'vault' | 'engine'>,
  draft: Draft,
  record: ConversationRecord,
  from: number,
): Promise<ConversationRecord> {
  const { conversation } = record;
  const last = at.entry(conversation, from - 1);
  for (const value of await all(vault, at.entries(conversation), last)) {
    const { seq } = decodeMsgpack(value) as StoredEntry;
    draft.put(at.entry(conversation, seq), null);
    draft.put(at.lost(conversation, record.incarnation, seq), value);
  }
  await endGap(vault, draft, conversation, from);
  for (const value of await all(vault, at.outbox(conversation), at.outbox(conversation))) {
    const item = decodeMsgpack(value) as OutboxItem;
    const isTakenBack = item.state === 'accepted' && (item.seq ?? 0) >= from;
    const again: OutboxItem = isTakenBack ? { ...item, state: 'waiting', seq: null } : item;
    // The new keys may have the numbers of those that it was encrypted with.
    draft.write(at.outboxItem(conversation, item.order), { ...again, sealed: null });
  }
  draft.take(await engine.forget(draft, conversation));
  const cursor = Math.min(record.cursor, from - 1);
  const broken = record.broken || record.keyed;
  return { ...record, cursor, head: cursor, parent: null, broken, rejoinedAt: 0 };
}
