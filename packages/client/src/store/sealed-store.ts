import type { Bytes, Writes } from '../engine/engine.port.ts';
import type { Page } from './key-order.ts';
import { LocalStoreError, type LocalStore, type StoredRecord } from './local-store.port.ts';
import { ownWrites } from './own-writes.ts';
import type { SealKeys } from './seal-keys.ts';
import { webSealKeys } from './seal-keys.web.ts';
import { ValueSeal } from './value-seal.ts';

/**
 * Opens `inner` as a store whose values are sealed under `storeKey` (32 bytes; see `ValueSeal`). The sealed store owns
 * `inner` from then on, and closes it also when it is refused.
 *
 * - Rejects with `wrong_key` when the store was sealed under another key, and with `insecure` when it holds records
 *   that were written without one.
 * - Keys, the number of records and the lengths of values stay visible. A whole value that is put back in place of a
 *   newer one of the same record is not noticed; an altered or moved one is, as `corrupt`.
 */
export async function openSealedStore(
  inner: LocalStore,
  storeKey: Bytes,
  keys: SealKeys = webSealKeys,
): Promise<LocalStore> {
  try {
    const seal = new ValueSeal(storeKey, keys);
    const check = await inner.get(CHECK_KEY);
    if (check === null) {
      const records = await inner.list('', { limit: 1 });
      if (records.length > 0) {
        throw new LocalStoreError('insecure', 'the store holds records that are not sealed');
      }
      await inner.commit(new Map([[CHECK_KEY, await seal.seal(CHECK_KEY, new Uint8Array(0))]]));
    } else if ((await seal.open(CHECK_KEY, check)) === null) {
      throw new LocalStoreError('wrong_key', 'the store is sealed under another key');
    }
    return new SealedStore(inner, seal);
  } catch (error) {
    await inner.close();
    throw error;
  }
}

/** Whether `store` was ever opened by `openSealedStore`. */
export async function isSealed(store: LocalStore): Promise<boolean> {
  return (await store.get(CHECK_KEY)) !== null;
}

/** Names the record that only the right key opens; callers of the sealed store never see it. */
const CHECK_KEY = '\u0000sealpost/seal';

class SealedStore implements LocalStore {
  readonly #inner: LocalStore;
  readonly #seal: ValueSeal;
  /** Settles when all commits so far were handed to the inner store, in the order of the calls. */
  #handedOver: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(inner: LocalStore, seal: ValueSeal) {
    this.#inner = inner;
    this.#seal = seal;
  }

  async get(key: string): Promise<Bytes | null> {
    this.#assertOpen();
    if (key === CHECK_KEY) return null;
    const sealed = await this.#inner.get(key);
    return sealed && this.#open(key, sealed);
  }

  async list(prefix: string, page: Page): Promise<readonly StoredRecord[]> {
    this.#assertOpen();
    const reserved = CHECK_KEY.startsWith(prefix) ? 1 : 0;
    const records = await this.#inner.list(prefix, { ...page, limit: page.limit + reserved });
    const visible = records.filter(({ key }) => key !== CHECK_KEY).slice(0, page.limit);
    return Promise.all(
      visible.map(async ({ key, value }) => ({ key, value: await this.#open(key, value) })),
    );
  }

  async commit(writes: Writes): Promise<void> {
    this.#assertOpen();
    const own = ownWrites(writes);
    if (own.has(CHECK_KEY)) throw new RangeError('the key of this record is reserved');
    const sealing = this.#sealAll(own);
    // Only the hand-over waits for its turn; the inner store is free to make several commits durable at once.
    const handing = Promise.allSettled([sealing, this.#handedOver]).then(async () => {
      const sealed = await sealing;
      return { durable: this.#inner.commit(sealed) };
    });
    this.#handedOver = handing;
    await (
      await handing
    ).durable;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled([this.#handedOver]);
    await this.#inner.close();
  }

  async #sealAll(writes: Writes): Promise<Writes> {
    const sealed = [...writes].map(
      async ([key, value]) =>
        [key, value === null ? null : await this.#seal.seal(key, value)] as const,
    );
    return new Map(await Promise.all(sealed));
  }

  async #open(key: string, sealed: Bytes): Promise<Bytes> {
    const value = await this.#seal.open(key, sealed);
    if (value === null) throw new LocalStoreError('corrupt', 'a record of the store does not open');
    return value;
  }

  #assertOpen(): void {
    if (this.#closed) throw new LocalStoreError('closed', 'the store is closed');
  }
}
