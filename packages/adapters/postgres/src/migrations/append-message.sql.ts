/**
 * Appends one message: what `append_entries` does for a batch of one message, by plain statements, for a quiet server,
 * whose flushes hold one message each. The order is the same: first the head's lock, then the look-ups.
 */
const appendMessageOf = ({ tenures }: { readonly tenures: boolean }): string => `
CREATE ${tenures ? 'OR REPLACE ' : ''}FUNCTION append_message(
  p_conversation text, p_basis bigint, p_now bigint, p_class text, p_generation bigint, p_epoch bigint,
  p_account text, p_device text, p_client text, p_after text, p_blobs text, p_layout text,
  p_digest bytea, p_parts bytea, p_joiners bytea,
  OUT outcome text, OUT entry_seq bigint, OUT entry_at bigint, OUT entry_loud bigint, OUT entry_digest bytea
)
LANGUAGE plpgsql VOLATILE AS $function$
DECLARE
  head record;
BEGIN
  SELECT seq, loud, accepted_at, version${tenures ? ', takes' : ''} INTO head FROM heads WHERE conversation = p_conversation FOR UPDATE;
${tenures ? CLOSED : ''}
  SELECT seq, accepted_at, digest INTO entry_seq, entry_at, entry_digest
  FROM entries WHERE conversation COLLATE "POSIX" = p_conversation AND sender_device = p_device AND client_id = p_client;
  IF FOUND THEN
    outcome := 'known';
    RETURN;
  END IF;
  IF head.version IS DISTINCT FROM p_basis THEN
    outcome := 'stale';
    RETURN;
  END IF;
  IF p_after IS NOT NULL THEN
    PERFORM FROM entries
    WHERE conversation COLLATE "POSIX" = p_conversation AND sender_device = p_device AND client_id = p_after;
    IF NOT FOUND THEN
      outcome := 'out_of_turn';
      RETURN;
    END IF;
  END IF;

  outcome := 'appended';
  entry_seq := head.seq + 1;
  entry_at := greatest(head.accepted_at, p_now);
  entry_loud := head.loud + CASE p_class WHEN 'loud' THEN 1 ELSE 0 END;
  INSERT INTO entries (
    conversation, seq, accepted_at, loud, generation, epoch, kind, class, sender_account, sender_device, client_id,
    after_client_id, blobs, digest, layout, parts, joiner_parts
  ) VALUES (
    p_conversation, entry_seq, entry_at, entry_loud, p_generation, p_epoch, 'message', p_class, p_account, p_device,
    p_client, p_after, p_blobs::jsonb, p_digest, p_layout, p_parts, p_joiners
  );
  UPDATE heads SET seq = entry_seq, loud = entry_loud, accepted_at = entry_at WHERE conversation = p_conversation;
END
$function$`;

const CLOSED = `
  IF head.takes <> 'open' THEN
    outcome := 'closed';
    RETURN;
  END IF;
`;

export const appendMessage = appendMessageOf({ tenures: false });
/** The same, for logs that can be closed. */
export const appendMessageByTenure = appendMessageOf({ tenures: true });
