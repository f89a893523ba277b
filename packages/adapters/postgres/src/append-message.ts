import type { Append } from '@sealpost/domain';
import { SENT_AGAIN } from './migrations/0024-sent-again.ts';
import { layOut } from './parts-layout.ts';
import { statement, type Value } from './statement.ts';

/** Where a message was put. */
interface PlacedRow {
  readonly seq: number;
  readonly accepted_at: number;
  readonly loud: number;
}

/** A send of this message's device in its conversation. */
const send = (parameter: string): string =>
  `SELECT FROM entries WHERE conversation COLLATE "POSIX" = $1 AND sender_device = $8 AND client_id = ${parameter}`;

/**
 * Appends a message if it is simply the next of its conversation, which most are; else answers no row and leaves nothing,
 * and `append_entries` judges it. For a quiet server, whose flushes hold one message each.
 *
 * The look-ups see what was committed when the statement began. Whatever was appended while it waited for the head's lock,
 * they do not: a commit by then is seen in the head's version; an earlier send is not found, and the message is judged; and
 * of the same send from two processes at once the index refuses the second, which undoes the statement.
 */
export const APPEND_MESSAGE = statement<PlacedRow>(
  'log.append_message',
  `WITH head AS (
    UPDATE heads SET
      seq = seq + 1, accepted_at = greatest(accepted_at, $3),
      loud = loud + CASE $4::text WHEN 'loud' THEN 1 ELSE 0 END
    WHERE conversation = $1 AND version = $2 AND takes = 'open'
      AND NOT EXISTS (${send('$9')})
      AND ($10::text IS NULL OR EXISTS (${send('$10')}))
    RETURNING seq, accepted_at, loud
  )
  INSERT INTO entries (
    conversation, seq, accepted_at, loud, generation, epoch, kind, class, sender_account, sender_device, client_id,
    after_client_id, blobs, layout, digest, parts, joiner_parts
  )
  SELECT
    $1, head.seq, head.accepted_at, head.loud, $5, $6, 'message', $4, $7, $8, $9, $10, $11::jsonb, $12, $13, $14, $15
  FROM head
  ON CONFLICT (conversation COLLATE "POSIX", sender_device, client_id) DO UPDATE SET seq = ${SENT_AGAIN.name}()
  RETURNING entries.seq, entries.accepted_at, entries.loud`,
);

/** Whether a flush is one message and nothing else, which `APPEND_MESSAGE` takes. */
export const isOneMessage = ([item, ...others]: readonly Append[]): boolean =>
  others.length === 0 &&
  item?.draft.kind === 'message' &&
  item.draft.change === null &&
  item.basis > 0 &&
  item.supersedes === null;

/** The arguments of `APPEND_MESSAGE`, in its order. */
export function appendMessageArguments({ draft, parts, basis, now }: Append): Value[] {
  const stored = layOut(parts);
  return [
    draft.conversation,
    basis,
    now,
    draft.class,
    draft.generation,
    draft.epoch,
    draft.sender.account,
    draft.sender.device,
    draft.clientId,
    draft.after,
    draft.blobs.length === 0 ? null : JSON.stringify(draft.blobs),
    stored.layout,
    draft.digest,
    Buffer.concat(stored.common),
    stored.joiners === null ? null : Buffer.concat(stored.joiners),
  ];
}
