import { DatabaseSync } from 'node:sqlite';
import { LocalStoreError } from './local-store.port.ts';

/** "Seal" in ASCII: tells a Sealpost store from other SQLite files. */
const APPLICATION_ID = 0x5365616c;
const FORMAT = 1;

/**
 * Opens the database of a store, for this process and this instance alone.
 *
 * - WAL with synchronous=FULL: a commit is one append and one fsync of the log, and is durable when it returns. The
 *   rollback journal needs at least three syncs for the same; synchronous=NORMAL would lose commits on power failure.
 * - locking_mode=EXCLUSIVE, set before the first access, keeps the lock from opening to closing and the index of the
 *   log in memory, so there is no `-shm` file. The lock is the system's: it goes with the process, however that dies.
 * - secure_delete overwrites what is deleted (used-up keys) in the database; copies in the log last until it is
 *   overwritten or removed at closing, and what a flash disk keeps is beyond any program.
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 0, enableForeignKeyConstraints: false });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    const fresh = isFresh(database);
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA fullfsync = ON;
      PRAGMA checkpoint_fullfsync = ON;
      PRAGMA secure_delete = ON;
      PRAGMA trusted_schema = OFF;
      PRAGMA cell_size_check = ON;
    `);
    // Takes the lock also where there is nothing to create.
    database.exec(`BEGIN IMMEDIATE; ${fresh ? SCHEMA : ''} COMMIT`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const SCHEMA = `
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FORMAT};
  CREATE TABLE record (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Only reads, so that the file of another program stays as it is. */
function isFresh(database: DatabaseSync): boolean {
  const tables = database.prepare('SELECT name FROM sqlite_schema').all();
  if (tables.length === 0) return true;
  if (
    database.prepare('PRAGMA application_id').get()?.['application_id'] !== APPLICATION_ID ||
    database.prepare('PRAGMA user_version').get()?.['user_version'] !== FORMAT ||
    !tables.some(({ name }) => name === 'record')
  ) {
    throw new LocalStoreError('corrupt', 'the file is no store of a known format');
  }
  return false;
}

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** The store's own error for a fault of SQLite; its messages carry nothing of records or paths. */
export function storeError(error: unknown): unknown {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) {
    return error;
  }
  const primary = error.errcode & 0xff;
  if (primary === SQLITE_BUSY || primary === SQLITE_LOCKED) {
    return new LocalStoreError('store_in_use', 'the store is open already');
  }
  if (primary === SQLITE_CORRUPT || primary === SQLITE_NOTADB) {
    return new LocalStoreError('corrupt', 'the file of the store is damaged');
  }
  return new Error(`the store's file failed (SQLite ${error.errcode})`);
}
