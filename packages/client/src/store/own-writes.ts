import type { Bytes, Writes } from '../engine/engine.port.ts';

/** The writes as they are now: what the caller does to the map or the bytes after a commit must not reach the store. */
export function ownWrites(writes: Writes): ReadonlyMap<string, Bytes | null> {
  const own = new Map<string, Bytes | null>();
  for (const [key, value] of writes) {
    if (value !== null && !(value instanceof Uint8Array)) {
      throw new TypeError('a record is written as bytes or null');
    }
    own.set(key, value === null ? null : new Uint8Array(value));
  }
  return own;
}
