import type { LocalStore, Writes } from '@sealpost/client';
import { privateValues } from '@sealpost/client/audit';
import type { Canaries } from '../canaries.ts';

/** A device's store that makes a canary of every private value that was ever in it. */
export async function witnessStore(inner: LocalStore, canaries: Canaries): Promise<LocalStore> {
  const note = (record: Uint8Array | null): void => {
    for (const { name, bytes } of record ? privateValues(record) : []) canaries.secret(name, bytes);
  };
  for (const { value } of await inner.list('', { limit: Number.MAX_SAFE_INTEGER })) note(value);
  return {
    get: (key) => inner.get(key),
    list: (prefix, page) => inner.list(prefix, page),
    commit: async (writes: Writes) => {
      await inner.commit(writes);
      for (const record of writes.values()) note(record);
    },
    close: () => inner.close(),
  };
}
