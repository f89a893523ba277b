import { at, type ConversationRecord, type OutboxItem } from '../core/records.ts';
import type { Draft, Vault } from '../core/vault.ts';

const pageRecords = 500;

async function outboxKeys(vault: Vault, conversation: string): Promise<string[]> {
  const keys: string[] = [];
  for (let after = at.outbox(conversation); ;) {
    const page = await vault.list(at.outbox(conversation), { after, limit: pageRecords });
    keys.push(...page.map(({ key }) => key));
    const last = page.at(-1);
    if (page.length < pageRecords || !last) return keys;
    after = last.key;
  }
}

/**
 * Entries up to `to` that were this device's are kept by the server no longer. Answers the client ids of messages that
 * wait for a decision by that.
 *
 * - Who is in the conversation and in its keys may have changed among them: nothing is encrypted until that was looked at.
 * - What this device sent, and knows to be among them, is not read back any more.
 * - A message whose answer was lost may be among them. Sent again it could come twice, so a person decides.
 */
export async function passExpired(
  vault: Vault,
  draft: Draft,
  record: ConversationRecord,
  to: number,
): Promise<readonly [ConversationRecord, readonly string[]]> {
  const { conversation } = record;
  const uncertain: string[] = [];
  for (const key of await outboxKeys(vault, conversation)) {
    const item = await draft.read<OutboxItem>(key);
    if (item?.state === 'accepted' && (item.seq ?? 0) <= to) {
      draft.put(key, null);
      draft.put(at.sent(conversation, item.clientId), null);
    } else if (item?.state === 'waiting' && item.sealed !== null) {
      const failed: OutboxItem = { ...item, state: 'failed', error: 'uncertain' };
      draft.write(key, failed);
      uncertain.push(item.clientId);
    }
  }
  const head = Math.max(record.head, to);
  const passed = { ...record, cursor: to, head, unjudged: true, rejoinedAt: 0 };
  return [passed, uncertain];
}
