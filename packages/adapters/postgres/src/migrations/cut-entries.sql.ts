/**
 * Cuts a log's entries up to a floor; answers how many. The head's lock comes first: what was appended by its last
 * holder is seen by the statements after it, so no change can slip in below the floor, and senders of this conversation
 * wait for at most one bounded cut.
 */
const cutEntriesOf = ({ tenures }: { readonly tenures: boolean }): string => `
CREATE ${tenures ? 'OR REPLACE ' : ''}FUNCTION cut_entries(p_conversation text, p_floor bigint, p_version bigint, p_state text, p_keep bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $function$
DECLARE
  head record;
BEGIN
  SELECT seq, floor${tenures ? ', takes' : ''} INTO head FROM heads WHERE conversation = p_conversation FOR UPDATE;
  IF NOT FOUND OR head.floor >= p_floor OR head.seq < p_floor${tenures ? " OR head.takes <> 'open'" : ''} THEN
    RETURN 0;
  END IF;
  IF EXISTS (SELECT FROM floors WHERE conversation = p_conversation AND version > p_version)
    OR EXISTS (SELECT FROM changes WHERE conversation = p_conversation AND seq > p_version AND seq <= p_floor)
  THEN
    RETURN 0;
  END IF;

  UPDATE heads SET floor = p_floor WHERE conversation = p_conversation;
  DELETE FROM entries WHERE conversation = p_conversation AND seq <= p_floor AND seq <> p_keep;
  DELETE FROM changes WHERE conversation = p_conversation AND seq <= p_floor;
  INSERT INTO floors AS stored (conversation, version, state) VALUES (p_conversation, p_version, p_state)
  ON CONFLICT (conversation) DO UPDATE SET version = excluded.version, state = excluded.state;
  INSERT INTO snapshots AS stored (conversation, version, state) VALUES (p_conversation, p_version, p_state)
  ON CONFLICT (conversation) DO UPDATE SET version = excluded.version, state = excluded.state
  WHERE excluded.version >= stored.version;
  RETURN p_floor - head.floor;
END
$function$`;

export const cutEntries = cutEntriesOf({ tenures: false });
/** The same, for logs that can be closed: of these nothing is cut. */
export const cutEntriesByTenure = cutEntriesOf({ tenures: true });
