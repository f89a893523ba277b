import { decodeMsgpack } from '@sealpost/protocol';
import type { Core } from '../core/ports.ts';
import { at, type ConversationRecord, type OutboxItem } from '../core/records.ts';
import type { Draft, Vault } from '../core/vault.ts';
import type { DeviceRef } from '../engine/engine.port.ts';
import { all } from '../sync/take-back.ts';
import type { SealedItem } from '../sync/own-entries.ts';

/**
 * The item with its bytes for the keys as they are now, encrypted in the transaction that makes them durable.
 * `not_ready`: the log or the devices in the keys have to be looked at first; `not_a_member`: there are no keys to send by.
 */
export async function sealItem(
  { engine }: Pick<Core, 'engine'>,
  { account, device }: DeviceRef,
  draft: Draft,
  item: OutboxItem,
): Promise<SealedItem | 'not_ready' | 'not_a_member'> {
  const { conversation, clientId } = item;
  const record = await draft.read<ConversationRecord>(at.conversation(conversation));
  const status = await engine.status(draft, conversation);
  if (record?.status === 'left' || !status) return 'not_a_member';
  if (record?.unjudged || record?.forked || (record?.suspects.length ?? 0) > 0) return 'not_ready';
  const { generation, epoch } = status;
  if (item.sealed?.generation === generation && item.sealed.epoch === epoch)
    return { ...item, sealed: item.sealed };
  const binding = {
    conversation,
    generation,
    epoch,
    sender: { account, device },
    clientId,
    class: item.class,
    parent: record?.parent ?? null,
  };
  const parts = draft.take(await engine.encrypt(draft, item.content, binding));
  const sealed = {
    generation,
    epoch,
    parts: parts.map(({ audience, bytes }) => ({
      audience: typeof audience === 'string' ? audience : [...audience],
      bytes,
    })),
  };
  draft.write(at.outboxItem(conversation, item.order), { ...item, sealed });
  return { ...item, sealed };
}

/** Bytes for no keys that there are: an item with them may have left the device, and is encrypted anew. */
const spoilt = { generation: 0, epoch: 0, parts: [] };

/**
 * Has what waits encrypted anew, since something goes before it: receivers keep no key of a message that was overtaken. That
 * it may have been accepted as it was changes nothing: its client id names it, whatever its bytes.
 */
export async function spoilSealed(vault: Vault, draft: Draft, conversation: string): Promise<void> {
  for (const value of await all(vault, at.outbox(conversation), at.outbox(conversation))) {
    const item = decodeMsgpack(value) as OutboxItem;
    if (item.sealed)
      draft.write(at.outboxItem(conversation, item.order), { ...item, sealed: spoilt });
  }
}
