import type { Timers } from '@sealpost/domain';

export interface RecurringWork {
  /** May be called while it still runs only by `wake`. */
  readonly run: () => Promise<unknown>;
  readonly everyMs: number;
  readonly timers: Timers;
  readonly failed: (fault: unknown) => void;
}

/** Work that is done now and then, and at once when somebody asks for it. */
export class Recurring {
  readonly #work: RecurringWork;
  readonly #running = new Set<Promise<void>>();
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(work: RecurringWork) {
    this.#work = work;
  }

  /** Does it now and from now on. */
  start(): void {
    void this.#once().finally(() => this.#schedule());
  }

  /** Does it soon; the caller waits for nothing. */
  wake(): void {
    void this.#once();
  }

  /** Resolves when what runs has ended; it is not begun again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await Promise.all(this.#running);
  }

  #schedule(): void {
    if (!this.#stopped)
      this.#cancel = this.#work.timers.after(this.#work.everyMs, () => this.start());
  }

  async #once(): Promise<void> {
    if (this.#stopped) return;
    const running = this.#work.run().then(
      () => undefined,
      (fault: unknown) => this.#work.failed(fault),
    );
    this.#running.add(running);
    await running;
    this.#running.delete(running);
  }
}
