import { AdapterFailure } from '@sealpost/domain';

export interface TurnstileBounds {
  /** Tasks that run at the same time. */
  readonly atOnce: number;
  /** Tasks that may wait beside them. */
  readonly waiting: number;
}

/** Lets a bounded number of tasks run, and a bounded number wait their turn in order of arrival. */
export class Turnstile {
  readonly #bounds: TurnstileBounds;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(bounds: TurnstileBounds) {
    this.#bounds = bounds;
  }

  /** @throws AdapterFailure that may be retried if too many wait already; otherwise what the task throws. */
  async run<T>(operation: string, task: () => Promise<T>): Promise<T> {
    await this.#enter(operation);
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      // Whoever is next takes over the place of the one who leaves.
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  async #enter(operation: string): Promise<void> {
    if (this.#running < this.#bounds.atOnce) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#bounds.waiting) {
      throw new AdapterFailure({
        adapter: 'password',
        operation,
        retryable: true,
        detail: 'queue_full',
      });
    }
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
