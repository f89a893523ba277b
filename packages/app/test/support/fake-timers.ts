import type { Timers } from '@sealpost/domain';

/** Timers that run when a test says so. */
export class FakeTimers implements Timers {
  readonly #due = new Map<object, () => void>();

  after(_ms: number, run: () => void): () => void {
    const entry = {};
    this.#due.set(entry, run);
    return () => void this.#due.delete(entry);
  }

  get waiting(): number {
    return this.#due.size;
  }

  fire(): void {
    const due = [...this.#due];
    this.#due.clear();
    for (const [, run] of due) run();
  }
}

/** Lets everything that needs no timer happen. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
