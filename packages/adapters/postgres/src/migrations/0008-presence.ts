import { holdConnections } from './hold-connections.sql.ts';
import type { Migration } from './migration.ts';

/**
 * Which process holds which device's connection, until when. Not logged: after a crash of the database it is all gone, and
 * processes tell it again. Times are Postgres' own: `ends_at` in milliseconds, `opened_at`
 * in microseconds. What a process holds is looked up only when it is forgotten: the collation of its index keeps the others
 * from it, which look for one device (ADR 0009).
 */
export const presence: Migration = {
  name: '0008-presence',
  up: `
    CREATE UNLOGGED TABLE processes (
      id text COLLATE "C" PRIMARY KEY,
      ends_at bigint NOT NULL
    ) WITH (fillfactor = 50);

    CREATE UNLOGGED TABLE connections (
      device text COLLATE "C" PRIMARY KEY,
      account text COLLATE "C" NOT NULL,
      process text COLLATE "C" NOT NULL,
      serial bigint NOT NULL,
      opened_at bigint NOT NULL
    );
    CREATE INDEX connections_of_account ON connections (account);
    CREATE INDEX connections_of_process ON connections (process COLLATE "POSIX");

    CREATE UNLOGGED TABLE superseded_connections (
      process text COLLATE "C" NOT NULL,
      device text COLLATE "C" NOT NULL,
      serial bigint NOT NULL,
      PRIMARY KEY (process, device)
    );

    ${holdConnections};`,
};
