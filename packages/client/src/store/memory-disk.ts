import type { Bytes, Writes } from '../engine/engine.port.ts';

/** What outlives a `MemoryStore`: stands for the file of a durable store, so that tests can close, crash and reopen. */
export class MemoryDisk {
  readonly #records: Map<string, Bytes>;
  #sorted: string[] | null = null;
  #inUse = false;

  constructor(records: ReadonlyMap<string, Bytes> = new Map()) {
    this.#records = new Map(records);
  }

  /** A disk of its own with all that is durable at this instant: what a crash now would leave. It is in nobody's use. */
  snapshot(): MemoryDisk {
    return new MemoryDisk(this.#records);
  }

  /** The durable records, in no order. */
  get records(): ReadonlyMap<string, Bytes> {
    return this.#records;
  }

  take(): boolean {
    if (this.#inUse) return false;
    this.#inUse = true;
    return true;
  }

  release(): void {
    this.#inUse = false;
  }

  write(writes: Writes): void {
    for (const [key, value] of writes) {
      if (this.#records.has(key) !== (value !== null)) this.#sorted = null;
      if (value === null) this.#records.delete(key);
      else this.#records.set(key, value);
    }
  }

  /** Sorted once and kept until a key comes or goes; the default order of strings is that of their code units. */
  sortedKeys(): readonly string[] {
    this.#sorted ??= [...this.#records.keys()].sort();
    return this.#sorted;
  }
}
