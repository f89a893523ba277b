import type { Bytes, Writes } from '../engine/engine.port.ts';
import { pageRange, type Page } from './key-order.ts';
import { LocalStoreError, type LocalStore, type StoredRecord } from './local-store.port.ts';
import { MemoryDisk } from './memory-disk.ts';
import { ownWrites } from './own-writes.ts';

/** A store in memory: for tests, and for devices that are meant to forget everything. */
export class MemoryStore implements LocalStore {
  readonly #disk: MemoryDisk;
  #closed = false;

  private constructor(disk: MemoryDisk) {
    this.#disk = disk;
  }

  static async open(disk: MemoryDisk = new MemoryDisk()): Promise<MemoryStore> {
    if (!disk.take()) throw new LocalStoreError('store_in_use', 'the store is open already');
    return new MemoryStore(disk);
  }

  async get(key: string): Promise<Bytes | null> {
    this.#assertOpen();
    const value = this.#disk.records.get(key);
    return value === undefined ? null : new Uint8Array(value);
  }

  async list(prefix: string, page: Page): Promise<readonly StoredRecord[]> {
    this.#assertOpen();
    const keys = this.#disk.sortedKeys();
    const { start, end } = pageRange(prefix, page);
    const from = firstAtLeast(keys, start);
    const to = end === null ? keys.length : firstAtLeast(keys, end);
    const limited = page.reverse
      ? keys.slice(Math.max(from, to - page.limit), Math.max(from, to)).reverse()
      : keys.slice(from, Math.min(to, from + page.limit));
    return limited.flatMap((key) => {
      const value = this.#disk.records.get(key);
      return value === undefined ? [] : [{ key, value: new Uint8Array(value) }];
    });
  }

  async commit(writes: Writes): Promise<void> {
    this.#assertOpen();
    this.#disk.write(ownWrites(writes));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#disk.release();
  }

  #assertOpen(): void {
    if (this.#closed) throw new LocalStoreError('closed', 'the store is closed');
  }
}

function firstAtLeast(keys: readonly string[], bound: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
