/**
 * Moves cursors: of each device once, of each account once, both sorted by key, so that concurrent calls take their
 * locks in one order. An account's `delivered` is the highest that its devices had in its incarnation; since it only
 * rises within one, it is kept in the account's own row. Answers the accounts whose values rose or began anew.
 */
export const moveCursors = `
CREATE FUNCTION move_cursors(
  p_device_conversations text[], p_device_accounts text[], p_devices text[], p_device_incarnations bigint[], p_device_delivered bigint[],
  p_conversations text[], p_accounts text[], p_incarnations bigint[], p_delivered bigint[], p_read bigint[], p_shown bigint[]
) RETURNS TABLE (moved_conversation text, moved_account text)
LANGUAGE plpgsql VOLATILE AS $function$
DECLARE
  i int;
  moved account_cursors;
  before account_cursors;
BEGIN
  INSERT INTO device_cursors AS stored (conversation, account, device, incarnation, delivered)
  SELECT * FROM unnest(p_device_conversations, p_device_accounts, p_devices, p_device_incarnations, p_device_delivered)
  ON CONFLICT (conversation, account, device) DO UPDATE
    SET incarnation = excluded.incarnation, delivered = excluded.delivered
    WHERE (excluded.incarnation, excluded.delivered) > (stored.incarnation, stored.delivered);

  INSERT INTO account_cursors (conversation, account)
  SELECT * FROM unnest(p_conversations, p_accounts) ON CONFLICT DO NOTHING;

  FOR i IN 1 .. cardinality(p_accounts) LOOP
    SELECT * INTO STRICT moved FROM account_cursors
    WHERE conversation = p_conversations[i] AND account = p_accounts[i] FOR UPDATE;
    CONTINUE WHEN moved.incarnation > p_incarnations[i];
    before := moved;
    IF moved.incarnation < p_incarnations[i] THEN
      moved.incarnation := p_incarnations[i];
      moved.delivered := 0;
      moved.read := 0;
      moved.shown := 0;
    END IF;
    moved.delivered := greatest(moved.delivered, p_delivered[i]);
    moved.read := greatest(moved.read, least(p_read[i], moved.delivered));
    moved.shown := greatest(moved.shown, least(p_shown[i], moved.read));
    CONTINUE WHEN moved = before;
    UPDATE account_cursors
    SET incarnation = moved.incarnation, delivered = moved.delivered, read = moved.read, shown = moved.shown
    WHERE conversation = p_conversations[i] AND account = p_accounts[i];
    IF before.incarnation > 0 OR moved.delivered > 0 THEN
      moved_conversation := p_conversations[i];
      moved_account := p_accounts[i];
      RETURN NEXT;
    END IF;
  END LOOP;
END
$function$`;
