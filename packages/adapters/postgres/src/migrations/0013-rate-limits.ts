import type { Migration } from './migration.ts';

/**
 * How often something was done, by keyed hashes; the columns and their order are those of rate-limiter-flexible.
 * Unlogged: nothing is written twice or waits for a disk. A crash of the database empties it, and what was counted begins anew.
 */
export const rateLimits: Migration = {
  name: '0013-rate-limits',
  up: `
    CREATE UNLOGGED TABLE rate_limits (
      key text COLLATE "C" PRIMARY KEY,
      points bigint NOT NULL,
      expire bigint NOT NULL
    );
    CREATE INDEX rate_limits_by_expiry ON rate_limits (expire);`,
};
