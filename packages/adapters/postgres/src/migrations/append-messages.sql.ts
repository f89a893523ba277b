/**
 * Appends a batch of messages if each of them is simply the next of its conversation, which most are; else answers no row
 * and leaves nothing, and `append_entries` judges them one by one. So nothing is judged here: places in a conversation are
 * counted by the caller, and that a send is new is seen by the unique index as it is inserted.
 *
 * 1. The heads are locked in the order given, which every caller makes the order of ids, and must all be open and at the
 *    version on which the messages were decided.
 * 2. Earlier sends that messages name, and that are not in the batch, must be there.
 * 3. Entries are inserted and heads updated. A send that is there already undoes it.
 *
 * By conversation: p_conversations, p_basis, and how many messages, how many loud ones, and the latest time are added.
 * By message: p_at is the position of its conversation; p_place, p_loud and p_time are what its conversation has been
 * given up to and with it. p_awaits: messages whose earlier send is to be looked up (null: none).
 * Answers where each conversation stood before.
 */
export const appendMessages = `
CREATE FUNCTION append_messages(
  p_conversations text[], p_basis bigint[], p_added int[], p_added_loud int[], p_latest bigint[],
  p_at int[], p_place int[], p_loud int[], p_time bigint[], p_generation bigint[], p_epoch bigint[],
  p_class text[], p_account text[], p_device text[], p_client text[], p_after text[], p_awaits int[],
  p_blobs text[], p_layout text[], p_offset int[], p_digest_length int[], p_parts_length int[], p_bytes bytea
) RETURNS TABLE (base_seq bigint, base_at bigint, base_loud bigint)
LANGUAGE plpgsql VOLATILE AS $function$
DECLARE
  conversations CONSTANT int := cardinality(p_conversations);
  ready boolean;
  base_seqs bigint[];
  base_times bigint[];
  base_louds bigint[];
BEGIN
  SELECT
    count(*) = conversations AND bool_and(head.version = head.basis AND head.takes = 'open'),
    array_agg(head.seq ORDER BY head.position),
    array_agg(head.accepted_at ORDER BY head.position),
    array_agg(head.loud ORDER BY head.position)
  INTO ready, base_seqs, base_times, base_louds
  FROM (
    SELECT asked.position, asked.basis, locked.*
    FROM unnest(p_conversations, p_basis) WITH ORDINALITY AS asked (id, basis, position),
      LATERAL (
        SELECT seq, loud, accepted_at, version, takes FROM heads WHERE heads.conversation = asked.id FOR UPDATE
      ) AS locked
  ) AS head;
  IF ready IS NOT TRUE THEN RETURN; END IF;

  IF p_awaits IS NOT NULL THEN
    SELECT count(*) = cardinality(p_awaits) INTO ready
    FROM unnest(p_awaits) AS item, LATERAL (
      SELECT FROM entries
      WHERE conversation COLLATE "POSIX" = p_conversations[p_at[item]]
        AND sender_device = p_device[item] AND client_id = p_after[item]
      OFFSET 0
    ) AS entry;
    IF NOT ready THEN RETURN; END IF;
  END IF;

  BEGIN
    INSERT INTO entries (
      conversation, seq, accepted_at, loud, generation, epoch, kind, class, sender_account, sender_device, client_id,
      after_client_id, blobs, digest, layout, parts
    )
    SELECT
      p_conversations[p_at[item]], base_seqs[p_at[item]] + p_place[item], greatest(base_times[p_at[item]], p_time[item]),
      base_louds[p_at[item]] + p_loud[item], p_generation[item], p_epoch[item], 'message', p_class[item],
      p_account[item], p_device[item], p_client[item], p_after[item], p_blobs[item]::jsonb,
      substring(p_bytes FROM p_offset[item] FOR p_digest_length[item]), p_layout[item],
      substring(p_bytes FROM p_offset[item] + p_digest_length[item] FOR p_parts_length[item])
    FROM generate_series(1, cardinality(p_at)) AS item;
  EXCEPTION WHEN unique_violation THEN
    RETURN;
  END;

  UPDATE heads SET
    seq = base_seqs[place] + p_added[place], loud = base_louds[place] + p_added_loud[place],
    accepted_at = greatest(base_times[place], p_latest[place])
  FROM generate_series(1, conversations) AS place
  WHERE heads.conversation = p_conversations[place];

  RETURN QUERY SELECT * FROM unnest(base_seqs, base_times, base_louds);
END
$function$`;
