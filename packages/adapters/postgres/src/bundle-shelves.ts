import type { DeviceRef } from '@sealpost/domain';
import type { Queries } from './database.ts';
import { statement } from './statement.ts';

/**
 * Uploads and drops of one device exclude each other, and all of them exclude a restore, which thereby voids
 * everything of before and nothing of after. Claims take no part: they only lock rows that they take.
 */
const LOCK_SHELF = statement(
  'keys.lock_shelf',
  `SELECT pg_advisory_xact_lock_shared(hashtextextended(current_schema() || ' directory', 0)),
    pg_advisory_xact_lock(hashtextextended(current_schema() || ' shelf ' || $1, 0))`,
);

const LOCK_DIRECTORY = statement(
  'keys.lock_directory',
  `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' directory', 0))`,
);

const EMPTY_BUNDLES = statement(
  'keys.empty_bundles',
  'UPDATE bundles SET body = NULL WHERE account COLLATE "POSIX" = $1 AND device = $2 AND body IS NOT NULL',
);

const SPEND_LAST_RESORTS = statement(
  'keys.spend_last_resorts',
  `WITH gone AS (DELETE FROM last_resorts WHERE account = $1 AND device = $2 RETURNING suite, ref, expires_at)
  INSERT INTO bundles (account, device, suite, ref, expires_at) SELECT $1, $2, suite, ref, expires_at FROM gone
  ON CONFLICT DO NOTHING`,
);

export async function lockShelf(transaction: Queries, { device }: DeviceRef): Promise<void> {
  await transaction.rows(LOCK_SHELF, [device]);
}

export async function lockDirectory(transaction: Queries): Promise<void> {
  await transaction.rows(LOCK_DIRECTORY, []);
}

/** Leaves the refs of all the device's bundles as spent. */
export async function dropBundles(
  transaction: Queries,
  { account, device }: DeviceRef,
): Promise<void> {
  await transaction.rows(EMPTY_BUNDLES, [account, device]);
  await transaction.rows(SPEND_LAST_RESORTS, [account, device]);
}
