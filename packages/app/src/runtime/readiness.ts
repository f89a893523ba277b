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
  async check(): Promise<boolean> {
    if (!this.#open) return false;
    await this.#storage.stores.deployment.check();
    return (await this.#storage.pendingMigrations()).length === 0;
  }
}
