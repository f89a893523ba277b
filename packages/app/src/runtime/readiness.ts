import type { ReadinessReport } from '@sealpost/adapter-express';
import type { Storage } from '../composition/storage.ts';

/** Whether this process should be sent clients: the store answers, and its schema is this release's. */
export class Readiness {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Rejects when the store cannot be asked. */
  async report(): Promise<ReadinessReport> {
    await this.#storage.stores.deployment.check();
    const due = (await this.#storage.pendingMigrations()).length;
    return {
      checks: [
        { name: 'store', ok: true },
        { name: 'migrations', ok: due === 0, ...(due === 0 ? {} : { detail: `${due} due` }) },
      ],
    };
  }
}
