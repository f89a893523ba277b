import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Bytes, Writes } from '../engine/engine.port.ts';
import type { Page } from './key-order.ts';
import { LocalStoreError, type LocalStore, type StoredRecord } from './local-store.port.ts';
import { ownWrites } from './own-writes.ts';
import { ensurePrivateFile } from './sqlite-file.ts';
import { nodeSealKeys } from './seal-keys.node.ts';
import { isSealed, openSealedStore } from './sealed-store.ts';
import { openDatabase, storeError } from './sqlite-database.ts';
import { SqliteRecords } from './sqlite-records.ts';

/** `key`: 32 bytes under which all values are sealed. `insecure`: keep them in clear, for tests and tools. */
export type SqliteStoreOptions =
  | { readonly path: string; readonly key: Bytes }
  | { readonly path: string; readonly insecure: true };

/**
 * Opens the store in the SQLite file at `path`, made with mode 0600 if it is not there; its folder must be.
 *
 * - Rejects with `insecure` without a key unless told `insecure`, and for a file in clear that is opened with a key;
 *   with `wrong_key` for another key or none for a sealed file; with `store_in_use` while any process has it open;
 *   with `corrupt` when the file is no store.
 * - While the store is open, nothing else in the process may open and close the file: the system would drop the lock.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<LocalStore> {
  const { path, key, insecure }: { path: string; key?: Bytes; insecure?: boolean } = options;
  if (key === undefined && insecure !== true) {
    throw new LocalStoreError(
      'insecure',
      'a store needs a key, or to be told that it may do without',
    );
  }
  // A full path is never taken for ":memory:" or a file: URL, which SQLite would not keep.
  const file = resolve(path);
  ensurePrivateFile(file);
  const store = openInClear(file);
  if (key !== undefined) return openSealedStore(store, key, nodeSealKeys);
  if (await isSealed(store)) {
    await store.close();
    throw new LocalStoreError('wrong_key', 'the store is sealed, and no key was given');
  }
  return store;
}

function openInClear(file: string): LocalStore {
  try {
    const database = openDatabase(file);
    return new SqliteStore(database, new SqliteRecords(database));
  } catch (error) {
    throw storeError(error);
  }
}

interface PendingCommit {
  readonly writes: Writes;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Values in clear. Commits that are called before the next turn of the event loop share one transaction and one sync. */
class SqliteStore implements LocalStore {
  readonly #database: DatabaseSync;
  readonly #records: SqliteRecords;
  #pending: PendingCommit[] = [];
  #closed = false;

  constructor(database: DatabaseSync, records: SqliteRecords) {
    this.#database = database;
    this.#records = records;
  }

  async get(key: string): Promise<Bytes | null> {
    return this.#read(() => this.#records.get(key));
  }

  async list(prefix: string, page: Page): Promise<readonly StoredRecord[]> {
    return this.#read(() => this.#records.list(prefix, page));
  }

  async commit(writes: Writes): Promise<void> {
    this.#assertOpen();
    const own = ownWrites(writes);
    if (own.size === 0) return;
    if (this.#pending.length === 0) setImmediate(() => this.#flush());
    await new Promise<void>((resolve, reject) => {
      this.#pending.push({ writes: own, resolve, reject });
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#flush();
    this.#database.close();
  }

  #flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    if (pending.length === 0) return;
    try {
      this.#records.write(pending.map(({ writes }) => writes));
      for (const { resolve } of pending) resolve();
    } catch (error) {
      for (const { reject } of pending) reject(storeError(error));
    }
  }

  #read<T>(read: () => T): T {
    this.#assertOpen();
    try {
      return read();
    } catch (error) {
      throw storeError(error);
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new LocalStoreError('closed', 'the store is closed');
  }
}
