import type { Migration } from './migration.ts';

/** Undoes the statement that calls it. `state`: by which its caller knows it, of a class that PostgreSQL leaves to others. */
export const SENT_AGAIN = { name: 'sent_again', state: 'SP001' } as const;

/**
 * For an insertion that meets a row which is there already, and must not have happened. The index would say so by itself,
 * but with the row's ids, which PostgreSQL would write into its log.
 *
 * `append_message` stays for processes of the release before, which call it.
 */
export const sentAgain: Migration = {
  name: '0024-sent-again',
  up: `
    CREATE FUNCTION ${SENT_AGAIN.name}() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $function$
    BEGIN
      RAISE EXCEPTION 'sent again' USING ERRCODE = '${SENT_AGAIN.state}';
    END
    $function$;`,
};
