import type { Bytes, CryptoEngine, DeviceRef, Records, Step } from '@sealpost/client';

/** Records that a call reads and whose writes are committed after it, as an SDK does. */
export class EngineDevice {
  readonly ref: DeviceRef;
  #engineOf: () => CryptoEngine;
  #engine: CryptoEngine;
  #records = new Map<string, Bytes>();

  constructor(ref: DeviceRef, engineOf: () => CryptoEngine) {
    this.ref = ref;
    this.#engineOf = engineOf;
    this.#engine = engineOf();
  }

  get engine(): CryptoEngine {
    return this.#engine;
  }

  get records(): Records {
    return { get: async (key) => this.#records.get(key)?.slice() ?? null };
  }

  /** Makes a call and commits its writes. */
  async run<T>(call: (engine: CryptoEngine, records: Records) => Promise<Step<T>>): Promise<T> {
    const { result, writes } = await call(this.#engine, this.records);
    this.write(writes);
    return result;
  }

  /** Makes a call whose writes are lost: the device stopped before it could commit them. */
  async lose<T>(call: (engine: CryptoEngine, records: Records) => Promise<Step<T>>): Promise<T> {
    return (await call(this.#engine, this.records)).result;
  }

  write(writes: Iterable<readonly [string, Bytes | null]>): void {
    for (const [key, bytes] of writes) {
      if (bytes === null) this.#records.delete(key);
      else this.#records.set(key, bytes.slice());
    }
  }

  /** The process ends and starts again: what was committed is all that is left. */
  restart(): void {
    this.#engine = this.#engineOf();
  }

  /** All records, as a backup or an intruder would copy them. */
  copy(): ReadonlyMap<string, Bytes> {
    return new Map([...this.#records].map(([key, bytes]) => [key, bytes.slice()]));
  }

  /** Replaces all records. */
  restore(records: ReadonlyMap<string, Bytes>): void {
    this.#records = new Map(records);
    this.restart();
  }
}
