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

/** `urgent`: what somebody waits for goes before all that is only to be caught up with. */
type Urgency = 'urgent' | 'usual';

/**
 * All that the device keeps, changed one transaction at a time: keys, cursors, entries and outbox of one step are
 * committed together or not at all. Nothing in a transaction waits for the network.
 */
export class Vault {
  readonly #store: LocalStore;
  readonly #waiting: Record<Urgency, (() => Promise<void>)[]> = { urgent: [], usual: [] };
  #working: Promise<void> | null = null;

  constructor(store: LocalStore) {
    this.#store = store;
  }

  /** Runs alone; its writes are durable when this resolves. A rejection leaves nothing behind. Equally urgent ones run in the order of the calls. */
  transact<T>(work: (draft: Draft) => Promise<T>, urgency: Urgency = 'usual'): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting[urgency].push(() => this.#transact(work).then(resolve, reject));
      this.#working ??= this.#work();
    });
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
    await this.#working;
    await this.#store.close();
  }

  async #work(): Promise<void> {
    // Not before `transact` has noted that this goes on.
    await Promise.resolve();
    const { urgent, usual } = this.#waiting;
    for (let next = urgent.shift() ?? usual.shift(); next; next = urgent.shift() ?? usual.shift())
      await next();
    this.#working = null;
  }

  async #transact<T>(work: (draft: Draft) => Promise<T>): Promise<T> {
    const draft = new Draft(this.#store);
    const result = await work(draft);
    await this.#store.commit(draft.writes);
    return result;
  }
}
