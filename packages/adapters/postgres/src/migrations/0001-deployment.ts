import type { Migration } from './migration.ts';

/** One row of facts about the whole deployment's data. */
export const deployment: Migration = {
  name: '0001-deployment',
  up: `
    CREATE TABLE deployment (
      only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
      incarnation bigint NOT NULL DEFAULT 1,
      directory_epoch bigint NOT NULL DEFAULT 1
    );
    INSERT INTO deployment DEFAULT VALUES;

    CREATE TABLE signing_keys (
      id text COLLATE "C" PRIMARY KEY,
      place bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
      private_jwk text NOT NULL,
      created_at bigint NOT NULL
    );`,
};
