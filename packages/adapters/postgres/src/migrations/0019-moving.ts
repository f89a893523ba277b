import { appendEntriesByTenure } from './append-entries.sql.ts';
import { appendMessageByTenure } from './append-message.sql.ts';
import { cutEntriesByTenure } from './cut-entries.sql.ts';
import type { Migration } from './migration.ts';

/**
 * Logs that are handed over to another store, or come from one. `heads.takes` is compared under the head's lock, as its
 * number is; foundings lock the one row of `foundings` beside each other, and against who closes the store for them.
 */
export const moving: Migration = {
  name: '0019-moving',
  up: `
    ALTER TABLE heads
      ADD COLUMN term bigint NOT NULL DEFAULT 0,
      ADD COLUMN takes text COLLATE "C" NOT NULL DEFAULT 'open';

    CREATE TABLE foundings (
      only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
      term bigint NOT NULL DEFAULT 0,
      takes text COLLATE "C" NOT NULL DEFAULT 'open'
    );
    INSERT INTO foundings DEFAULT VALUES;

    ${appendEntriesByTenure};
    ${appendMessageByTenure};
    ${cutEntriesByTenure};`,
};
