/**
 * Claims one bundle per device. Devices are taken in the order of their ids, whatever order they were asked in, so that
 * concurrent calls wait for each other in one direction only. A one-time bundle that another call is just taking is
 * passed over, so nobody waits for it, and the last resort is reached only when none is left beyond.
 */
export const claimBundles = `
CREATE FUNCTION claim_bundles(p_accounts text[], p_devices text[], p_suite text, p_now bigint)
RETURNS TABLE (asked int, claimed_ref text, claimed_body bytea, claimed_expires_at bigint, from_last_resort boolean)
LANGUAGE plpgsql VOLATILE AS $function$
DECLARE
  wanted record;
  resort record;
BEGIN
  FOR wanted IN
    SELECT account, device, place::int FROM unnest(p_accounts, p_devices) WITH ORDINALITY AS given (account, device, place)
    ORDER BY account COLLATE "C", device COLLATE "C", place
  LOOP
    asked := wanted.place;
    SELECT ref, body, expires_at, false INTO claimed_ref, claimed_body, claimed_expires_at, from_last_resort
    FROM bundles
    WHERE account COLLATE "POSIX" = wanted.account AND device = wanted.device AND suite = p_suite
      AND body IS NOT NULL AND expires_at > p_now
    ORDER BY place LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF FOUND THEN
      UPDATE bundles SET body = NULL
      WHERE account = wanted.account AND device = wanted.device AND suite = p_suite AND ref = claimed_ref;
      RETURN NEXT;
      CONTINUE;
    END IF;

    SELECT * INTO resort FROM last_resorts
    WHERE account = wanted.account AND device = wanted.device AND suite = p_suite AND expires_at > p_now;
    CONTINUE WHEN NOT FOUND;
    IF NOT resort.used THEN
      UPDATE last_resorts SET used = true
      WHERE account = wanted.account AND device = wanted.device AND suite = p_suite AND expires_at > p_now
      RETURNING * INTO resort;
      CONTINUE WHEN NOT FOUND;
    END IF;
    claimed_ref := resort.ref;
    claimed_body := resort.body;
    claimed_expires_at := resort.expires_at;
    from_last_resort := true;
    RETURN NEXT;
  END LOOP;
END
$function$`;
