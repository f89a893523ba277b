/** Work that is done once at a time for a key: whoever asks while it runs gets the running one, and one more round after it if asked to. */
export class SingleFlight {
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();

  /** Runs `work`, or has it run once more after the round that is going on. Resolves when nothing is left to do. */
  run(key: string, work: () => Promise<void>): Promise<void> {
    const running = this.#running.get(key);
    if (running) {
      this.#again.add(key);
      return running;
    }
    const round = this.#rounds(key, work);
    this.#running.set(key, round);
    return round;
  }

  async #rounds(key: string, work: () => Promise<void>): Promise<void> {
    try {
      // Not before `run` has noted that this goes on.
      await Promise.resolve();
      do {
        this.#again.delete(key);
        await work();
      } while (this.#again.has(key));
    } finally {
      // In the same instant as the last look: whoever asks from now on begins anew.
      this.#running.delete(key);
    }
  }
}

/** Runs tasks of one key one after the other. */
export class Queue {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const done = before.then(work, work);
    this.#last.set(key, done);
    const clear = (): void => {
      if (this.#last.get(key) === done) this.#last.delete(key);
    };
    done.then(clear, clear);
    return done;
  }
}
