import type { Timers } from './timers.port.ts';

interface Waiting<Item> {
  readonly item: Item;
  readonly done: () => void;
  readonly fail: (fault: unknown) => void;
}

export interface RoundsOptions<Item> {
  /** Works off a round, and answers what became of each of its items, in their order; what it throws is of them all. */
  readonly work: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<unknown>[]>;
  /** What is waited for after a round before the next one may begin: nothing, by default. */
  readonly pause?: (() => Promise<void>) | undefined;
}

/** Waits so long whenever it is called. */
export const pausing = (timers: Timers, ms: number) => (): Promise<void> =>
  new Promise((resolve) => {
    timers.after(ms, resolve);
  });

/** Most items of one round. */
const most = 500;

/**
 * Works off what comes in rounds, one at a time: the first one begins at once, and what comes during one, and the pause
 * after it, goes into the next. So what comes often costs no more statements the more often it comes.
 */
export class Rounds<Item> {
  readonly #options: RoundsOptions<Item>;
  #waiting: Waiting<Item>[] = [];
  #turning = false;

  constructor(options: RoundsOptions<Item>) {
    this.#options = options;
  }

  /** Resolves when the round that the item was in is done with it. */
  submit(item: Item): Promise<void> {
    return new Promise((done, fail) => {
      this.#waiting.push({ item, done, fail });
      if (!this.#turning) void this.#turn();
    });
  }

  async #turn(): Promise<void> {
    this.#turning = true;
    while (this.#waiting.length > 0) {
      await this.#round(this.#waiting.splice(0, most));
      // More than a round takes is not held up: it would wait longer with every round.
      if (this.#waiting.length < most) await this.#options.pause?.();
    }
    this.#turning = false;
  }

  async #round(taken: readonly Waiting<Item>[]): Promise<void> {
    try {
      const outcomes = await this.#options.work(taken.map(({ item }) => item));
      taken.forEach(({ done, fail }, index) => {
        const outcome = outcomes[index];
        if (outcome?.status === 'rejected') fail(outcome.reason);
        else done();
      });
    } catch (fault) {
      for (const { fail } of taken) fail(fault);
    }
  }
}
