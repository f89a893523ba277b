import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Bytes, Writes } from '../engine/engine.port.ts';
import { keyFromBytes, keyToBytes, pageRange, type Page } from './key-order.ts';
import { LocalStoreError, type StoredRecord } from './local-store.port.ts';

/** The statements on a store's one table. */
export class SqliteRecords {
  readonly #database: DatabaseSync;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #lists: Readonly<Record<'bounded' | 'open', Record<'up' | 'down', StatementSync>>>;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#get = database.prepare('SELECT value FROM record WHERE key = ?');
    this.#put = database.prepare(
      'INSERT INTO record (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
    this.#delete = database.prepare('DELETE FROM record WHERE key = ?');
    const list = (where: string, order: string) =>
      database.prepare(
        `SELECT key, value FROM record WHERE ${where} ORDER BY key ${order} LIMIT ?`,
      );
    const both = (where: string) => ({ up: list(where, 'ASC'), down: list(where, 'DESC') });
    this.#lists = { bounded: both('key >= ? AND key < ?'), open: both('key >= ?') };
  }

  get(key: string): Bytes | null {
    const row = this.#get.get(keyToBytes(key));
    return row ? blob(row['value']) : null;
  }

  list(prefix: string, page: Page): readonly StoredRecord[] {
    const { start, end } = pageRange(prefix, page);
    const direction = page.reverse ? 'down' : 'up';
    const rows =
      end === null
        ? this.#lists.open[direction].all(keyToBytes(start), page.limit)
        : this.#lists.bounded[direction].all(keyToBytes(start), keyToBytes(end), page.limit);
    return rows.map((row) => ({ key: keyFromBytes(blob(row['key'])), value: blob(row['value']) }));
  }

  /** Makes all writes durable in one transaction, or none of them. */
  write(all: readonly Writes[]): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const writes of all) {
        for (const [key, value] of writes) {
          if (value === null) this.#delete.run(keyToBytes(key));
          else this.#put.run(keyToBytes(key), value);
        }
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function blob(column: unknown): Bytes {
  if (column instanceof Uint8Array) return column;
  throw new LocalStoreError('corrupt', 'a record of the store is damaged');
}
