import type { Bytes, Records, Step } from '../engine/engine.port.ts';
import type { LocalStore, StoredRecord } from '../store/local-store.port.ts';
import { decodeMsgpack, encodeMsgpack } from '@sealpost/protocol';

/** What a transaction has written so far, laid over the store. */
export class Draft implements Records {
  readonly #store: LocalStore;
  readonly #writes = new Map<string, Bytes | null>();

  constructor(store: LocalStore) {
    this.#store = store;
  }

  async get(key: string): Promise<Bytes | null> {
    const written = this.#writes.get(key);
    return written === undefined ? this.#store.get(key) : written;
  }

  put(key: string, value: Bytes | null): void {
    this.#writes.set(key, value);
  }

  async read<T>(key: string): Promise<T | null> {
    const bytes = await this.get(key);
    return bytes === null ? null : (decodeMsgpack(bytes) as T);
  }

  write(key: string, value: object | null): void {
    this.put(key, value === null ? null : encodeMsgpack(value));
  }

  /** Takes over what an engine call wants written, and gives its result. */
  take<T>({ result, writes }: Step<T>): T {
    for (const [key, value] of writes) this.#writes.set(key, value);
    return result;
  }

  get writes(): ReadonlyMap<string, Bytes | null> {
    return this.#writes;
  }
}

/**
 * All that the device keeps, changed one transaction at a time: keys, cursors, entries and outbox of one step are
 * committed together or not at all. Nothing in a transaction waits for the network.
 */
export class Vault {
  readonly #store: LocalStore;
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: LocalStore) {
    this.#store = store;
  }

  /** Runs alone; its writes are durable when this resolves. A rejection leaves nothing behind. */
  transact<T>(work: (draft: Draft) => Promise<T>): Promise<T> {
    const run = async (): Promise<T> => {
      const draft = new Draft(this.#store);
      const result = await work(draft);
      await this.#store.commit(draft.writes);
      return result;
    };
    const done = this.#last.then(run, run);
    this.#last = done;
    return done;
  }

  /** Committed records, outside any transaction. */
  get records(): Records {
    return this.#store;
  }

  async read<T>(key: string): Promise<T | null> {
    const bytes = await this.#store.get(key);
    return bytes === null ? null : (decodeMsgpack(bytes) as T);
  }

  list(
    prefix: string,
    page: { after?: string; limit: number; reverse?: boolean },
  ): Promise<readonly StoredRecord[]> {
    return this.#store.list(prefix, page);
  }

  /** Ends after what was begun. */
  async close(): Promise<void> {
    await this.#last.catch(() => null);
    await this.#store.close();
  }
}
