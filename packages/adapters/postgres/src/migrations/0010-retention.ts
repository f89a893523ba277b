import { cutEntries } from './cut-entries.sql.ts';
import type { Migration } from './migration.ts';

/**
 * Logs lose their oldest entries. `heads.floor` is the last one that is gone; a row at or below it is the one that the
 * last cut kept. `floors` has the state that a log with a floor is folded from; `snapshots` are shortcuts beyond it.
 */
export const retention: Migration = {
  name: '0010-retention',
  up: `
    ALTER TABLE heads ADD COLUMN floor bigint NOT NULL DEFAULT 0;

    CREATE TABLE floors (
      conversation text COLLATE "C" PRIMARY KEY,
      version bigint NOT NULL,
      state text NOT NULL
    );

    ${cutEntries};`,
};
