import type { Migration } from './migration.ts';

/**
 * One log per conversation.
 *
 * - A row of `heads` is its conversation's lock and the counter of its numbers. It is updated in place: half of a page
 *   is left free, and the only index over what changes is over minutes, so that an update touches it once a minute.
 * - `entries` is only inserted to, but for `joiner_parts`, which a later commit makes useless; they stand apart, so
 *   that dropping them rewrites nothing else. Ciphertext does not compress, so nothing is tried.
 * - `changes` tells which entries are not messages.
 *
 * Every look-up has one index that it can use. Had it two, the planner would choose by guesses about tables that are
 * still empty, and stay with its choice: a send would then be looked for among all entries of its conversation. So
 * the index over sends has a collation of its own, "POSIX", which sorts like "C" and which only look-ups of sends name.
 */
export const log: Migration = {
  name: '0002-log',
  up: `
    CREATE TABLE heads (
      conversation text COLLATE "C" PRIMARY KEY,
      seq bigint NOT NULL DEFAULT 0,
      loud bigint NOT NULL DEFAULT 0,
      accepted_at bigint NOT NULL DEFAULT 0,
      version bigint NOT NULL DEFAULT 0,
      restores jsonb NOT NULL DEFAULT '[]',
      active_minute bigint NOT NULL GENERATED ALWAYS AS (accepted_at / 60000) STORED
    ) WITH (fillfactor = 50);
    CREATE INDEX heads_active_minute ON heads (active_minute);

    CREATE TABLE entries (
      conversation text COLLATE "C" NOT NULL,
      seq bigint NOT NULL,
      accepted_at bigint NOT NULL,
      loud bigint NOT NULL,
      generation bigint NOT NULL,
      epoch bigint NOT NULL,
      kind text COLLATE "C" NOT NULL,
      class text COLLATE "C" NOT NULL,
      sender_account text COLLATE "C" NOT NULL,
      sender_device text COLLATE "C" NOT NULL,
      client_id text COLLATE "C" NOT NULL,
      after_client_id text COLLATE "C",
      change jsonb,
      blobs jsonb,
      digest bytea NOT NULL,
      layout text,
      parts bytea NOT NULL,
      joiner_parts bytea,
      PRIMARY KEY (conversation, seq)
    );
    CREATE UNIQUE INDEX entries_sent_once ON entries (conversation COLLATE "POSIX", sender_device, client_id);
    ALTER TABLE entries ALTER COLUMN parts SET STORAGE EXTERNAL;
    ALTER TABLE entries ALTER COLUMN joiner_parts SET STORAGE EXTERNAL;

    CREATE TABLE changes (
      conversation text COLLATE "C" NOT NULL,
      seq bigint NOT NULL,
      PRIMARY KEY (conversation, seq)
    );

    CREATE TABLE snapshots (
      conversation text COLLATE "C" PRIMARY KEY,
      version bigint NOT NULL,
      state text NOT NULL
    );`,
};
