import type { ReadinessCheck, ReadinessReport } from '@sealpost/adapter-express';
import type { Storage } from '../composition/storage.ts';

/** Whether this process should be sent clients: between start and stop, while the store answers and its schema fits. */
export class Readiness {
  readonly #storage: Storage;
  #open = false;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  open(): void {
    this.#open = true;
  }

  close(): void {
    this.#open = false;
  }

  /** Rejects when the store cannot be asked. */
  async report(): Promise<ReadinessReport> {
    const process: ReadinessCheck = {
      name: 'process',
      ok: this.#open,
      ...(this.#open ? {} : { detail: 'stopping' }),
    };
    if (!this.#open) return { checks: [process] };
    await this.#storage.stores.deployment.check();
    const due = (await this.#storage.pendingMigrations()).length;
    return {
      checks: [
        process,
        { name: 'store', ok: true },
        { name: 'migrations', ok: due === 0, ...(due === 0 ? {} : { detail: `${due} due` }) },
      ],
    };
  }
}
