import type { Migration } from './migration.ts';

/**
 * Accounts and devices. A handle has a row of its own, which is taken by whoever inserts it and outlives a deleted
 * account until it may be taken again. An account's row is the lock of everything that changes its devices.
 */
export const accounts: Migration = {
  name: '0006-accounts',
  up: `
    CREATE TABLE handles (
      handle text COLLATE "C" PRIMARY KEY,
      free_at bigint
    );
    CREATE INDEX handles_free_at ON handles (free_at) WHERE free_at IS NOT NULL;

    CREATE TABLE accounts (
      id text COLLATE "C" PRIMARY KEY,
      handle text COLLATE "C" UNIQUE,
      password_hash text,
      account_key bytea,
      device_list_version bigint NOT NULL DEFAULT 0,
      created_at bigint NOT NULL,
      deleted_at bigint
    );

    CREATE TABLE blocks (
      owner text COLLATE "C" NOT NULL,
      blocked text COLLATE "C" NOT NULL,
      PRIMARY KEY (owner, blocked)
    );

    CREATE TABLE devices (
      id text COLLATE "C" PRIMARY KEY,
      place bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
      account text COLLATE "C" NOT NULL,
      name text NOT NULL,
      status text COLLATE "C" NOT NULL DEFAULT 'pending',
      signature_key bytea,
      certificate bytea,
      certified_at bigint,
      created_at bigint NOT NULL,
      revoked_at bigint
    );
    CREATE INDEX devices_of_account ON devices (account);

    CREATE TABLE device_links (
      device text COLLATE "C" PRIMARY KEY,
      link_key bytea NOT NULL,
      commitment bytea NOT NULL,
      offered_by text COLLATE "C",
      nonce bytea,
      reveal bytea
    );

    CREATE TABLE link_packages (
      device text COLLATE "C" PRIMARY KEY,
      package bytea NOT NULL,
      expires_at bigint NOT NULL
    );

    CREATE TABLE roster_tasks (
      place bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      id text COLLATE "C" NOT NULL,
      conversation text COLLATE "C" NOT NULL,
      account text COLLATE "C" NOT NULL,
      device text COLLATE "C"
    );
    CREATE INDEX roster_tasks_of_id ON roster_tasks (id, conversation);`,
};
