import { claimBundles } from './claim-bundles.sql.ts';
import type { Migration } from './migration.ts';

/**
 * One-time bundles; claiming one takes its body and leaves the row, so that its ref stays taken until it expires and no
 * upload that races with the claim can bring it back. `place` is the order of upload. Look-ups of what can be claimed name
 * the collation of its index, so that they never walk over what is spent (see the log's step).
 */
export const keys: Migration = {
  name: '0005-keys',
  up: `
    CREATE TABLE bundles (
      account text COLLATE "C" NOT NULL,
      device text COLLATE "C" NOT NULL,
      suite text COLLATE "C" NOT NULL,
      ref text COLLATE "C" NOT NULL,
      place bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
      expires_at bigint NOT NULL,
      body bytea,
      PRIMARY KEY (account, device, suite, ref)
    );
    CREATE INDEX bundles_claimable ON bundles (account COLLATE "POSIX", device, suite, place) WHERE body IS NOT NULL;
    ALTER TABLE bundles ALTER COLUMN body SET STORAGE EXTERNAL;

    CREATE TABLE last_resorts (
      account text COLLATE "C" NOT NULL,
      device text COLLATE "C" NOT NULL,
      suite text COLLATE "C" NOT NULL,
      ref text COLLATE "C" NOT NULL,
      used boolean NOT NULL DEFAULT false,
      expires_at bigint NOT NULL,
      body bytea NOT NULL,
      PRIMARY KEY (account, device, suite)
    );
    ALTER TABLE last_resorts ALTER COLUMN body SET STORAGE EXTERNAL;

    ${claimBundles};`,
};
