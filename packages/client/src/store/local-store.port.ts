import type { Bytes, Records, Writes } from '../engine/engine.port.ts';

export interface StoredRecord {
  readonly key: string;
  readonly value: Bytes;
}

/**
 * Everything that a device keeps: one ordered map from string keys to bytes.
 *
 * - `commit` is atomic and durable before it resolves: after a crash at any instant either all of its writes are there
 *   or none. Commits of one store take effect in the order of the calls.
 * - Keys are ordered by their UTF-16 code units. Keys are visible to whoever can read the store's file; values are not
 *   when the store is sealed.
 * - A store is open in at most one process and one instance at a time; opening it again rejects with `store_in_use`.
 */
export interface LocalStore extends Records {
  /** Null means absent. */
  get(key: string): Promise<Bytes | null>;
  /** Records whose key starts with `prefix`, ascending (or descending), strictly after (before) `after`; at most `limit`. */
  list(
    prefix: string,
    page: { readonly after?: string; readonly limit: number; readonly reverse?: boolean },
  ): Promise<readonly StoredRecord[]>;
  /** Writes all records (null deletes), or none. An empty map does nothing. */
  commit(writes: Writes): Promise<void>;
  close(): Promise<void>;
}

export class LocalStoreError extends Error {
  readonly code: 'store_in_use' | 'wrong_key' | 'corrupt' | 'insecure' | 'closed';
  constructor(code: LocalStoreError['code'], message: string) {
    super(message);
    this.name = 'LocalStoreError';
    this.code = code;
  }
}
