/**
 * One turn of a process: its lease, what it lost, what it opened. Answers one row of kind `turn`, whose `serial` is 1
 * when the process was not known, one of kind `superseded` for each connection of its own that gave way, and one of kind
 * `replaced` for each other process that lost one.
 *
 * - Rows of all devices are there and locked, in the order of ids, before one is judged: of two processes that take in one
 *   device at once the second sees what the first did.
 * - Connections are compared by microseconds. `statement_timestamp()` is when the call arrived, whatever it then waited for.
 * - A process whose lease ended long ago is forgotten by whoever comes next, with all that it held.
 */
export const holdConnections = `
CREATE FUNCTION hold_connections(
  holder text, lease_ms bigint, grace_ms bigint,
  opened_devices text[], opened_accounts text[], opened_serials bigint[], opened_ago bigint[],
  ended_devices text[], ended_serials bigint[]
) RETURNS TABLE (kind text, name text, serial bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  clock CONSTANT bigint := floor(extract(epoch FROM statement_timestamp()) * 1000000);
  arrived CONSTANT bigint := clock / 1000;
  gone text[];
  fresh bigint := 0;
BEGIN
  UPDATE processes SET ends_at = arrived + lease_ms WHERE id = holder;
  IF NOT FOUND THEN
    INSERT INTO processes (id, ends_at) VALUES (holder, arrived + lease_ms)
    ON CONFLICT (id) DO UPDATE SET ends_at = excluded.ends_at;
    fresh := 1;
  END IF;

  SELECT array_agg(dead.id) INTO gone FROM (
    SELECT id FROM processes WHERE ends_at <= arrived - grace_ms AND id <> holder
    ORDER BY id FOR UPDATE SKIP LOCKED
  ) AS dead;
  IF gone IS NOT NULL THEN
    DELETE FROM connections WHERE process COLLATE "POSIX" = ANY (gone);
    DELETE FROM superseded_connections WHERE process = ANY (gone);
    DELETE FROM processes WHERE id = ANY (gone);
  END IF;

  IF cardinality(ended_devices) > 0 THEN
    DELETE FROM connections AS held USING unnest(ended_devices, ended_serials) AS ended (device, serial)
    WHERE held.device = ended.device AND held.process = holder AND held.serial <= ended.serial;
    DELETE FROM superseded_connections AS lost USING unnest(ended_devices, ended_serials) AS ended (device, serial)
    WHERE lost.process = holder AND lost.device = ended.device AND lost.serial <= ended.serial;
  END IF;

  IF cardinality(opened_devices) > 0 THEN
    INSERT INTO connections (device, account, process, serial, opened_at)
    SELECT device, account, '', 0, 0 FROM unnest(opened_devices, opened_accounts) AS opened (device, account)
    ORDER BY device ON CONFLICT (device) DO NOTHING;
    PERFORM FROM connections WHERE device = ANY (opened_devices) ORDER BY device FOR UPDATE;

    RETURN QUERY
    WITH opened AS MATERIALIZED (
      SELECT o.device, o.account, o.serial, clock - o.ago AS opened_at
      FROM unnest(opened_devices, opened_accounts, opened_serials, opened_ago) AS o (device, account, serial, ago)
    ), judged AS MATERIALIZED (
      SELECT opened.*, held.process AS their_process, held.serial AS their_serial,
        CASE WHEN held.process = holder THEN opened.serial >= held.serial
          ELSE held.process = '' OR opened.opened_at > held.opened_at END AS wins
      FROM opened JOIN connections AS held ON held.device = opened.device
    ), taken AS (
      UPDATE connections AS held
      SET account = judged.account, process = holder, serial = judged.serial, opened_at = judged.opened_at
      FROM judged WHERE judged.wins AND held.device = judged.device
    ), lost AS (
      INSERT INTO superseded_connections AS known (process, device, serial)
      SELECT CASE WHEN wins THEN their_process ELSE holder END, device, CASE WHEN wins THEN their_serial ELSE serial END
      FROM judged WHERE their_process NOT IN ('', holder)
      ON CONFLICT (process, device) DO UPDATE SET serial = greatest(known.serial, excluded.serial)
    )
    SELECT DISTINCT 'replaced', their_process, 0::bigint FROM judged
    WHERE wins AND their_process NOT IN ('', holder);
  END IF;

  RETURN QUERY SELECT 'superseded', device::text, serial FROM superseded_connections WHERE process = holder;
  RETURN QUERY SELECT 'turn', ''::text, fresh;
END
$$`;
