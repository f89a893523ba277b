import type { Migration } from './migration.ts';
import { moveCursors } from './move-cursors.sql.ts';

/** Who is a member of what, and how far devices and accounts got. */
export const delivery: Migration = {
  name: '0004-delivery',
  up: `
    CREATE TABLE memberships (
      account text COLLATE "C" NOT NULL,
      conversation text COLLATE "C" NOT NULL,
      basis bigint NOT NULL,
      until bigint,
      PRIMARY KEY (account, conversation)
    );

    CREATE TABLE device_cursors (
      conversation text COLLATE "C" NOT NULL,
      account text COLLATE "C" NOT NULL,
      device text COLLATE "C" NOT NULL,
      incarnation bigint NOT NULL,
      delivered bigint NOT NULL,
      PRIMARY KEY (conversation, account, device)
    ) WITH (fillfactor = 80);

    CREATE TABLE account_cursors (
      conversation text COLLATE "C" NOT NULL,
      account text COLLATE "C" NOT NULL,
      incarnation bigint NOT NULL DEFAULT 0,
      delivered bigint NOT NULL DEFAULT 0,
      read bigint NOT NULL DEFAULT 0,
      shown bigint NOT NULL DEFAULT 0,
      PRIMARY KEY (conversation, account)
    ) WITH (fillfactor = 80);

    ${moveCursors};`,
};
