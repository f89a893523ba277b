import type { Dice } from './dice.ts';
import type { ForeignWork } from './foreign-work.ts';

interface Happening {
  readonly at: number;
  /** Decides between happenings of one instant; drawn, since nobody may rely on the order. */
  readonly tie: number;
  run: (() => void) | null;
}

const before = (a: Happening, b: Happening): boolean =>
  a.at < b.at || (a.at === b.at && a.tie < b.tie);

/**
 * Simulated time: what happens is run one by one, in its order, each to its end. The next one begins when nothing
 * is left to be done that does not wait for a later one.
 */
export class Timeline {
  readonly #dice: Dice;
  readonly #foreign: ForeignWork;
  readonly #beginsAt: number;
  /** Sorted, the next one last. */
  readonly #waiting: Happening[] = [];
  #now = 0;
  #happened = 0;

  /** `beginsAt`: the true time of the beginning, in Unix milliseconds. */
  constructor(dice: Dice, foreign: ForeignWork, beginsAt: number) {
    this.#beginsAt = beginsAt;
    this.#dice = dice;
    this.#foreign = foreign;
  }

  /** Milliseconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** The true time, in whole Unix milliseconds. */
  get wallTime(): number {
    return this.wallTimeAt(this.#now);
  }

  /** The true time so many milliseconds after the beginning. */
  wallTimeAt(ms: number): number {
    return this.#beginsAt + Math.floor(ms);
  }

  /** How much has happened. */
  get happened(): number {
    return this.#happened;
  }

  /** Has `run` happen `ms` from now; answers how to call it off. */
  after(ms: number, run: () => void): () => void {
    const happening: Happening = {
      at: this.#now + Math.max(0, ms),
      tie: this.#dice.int(0, 0x7fffffff),
      run,
    };
    this.#insert(happening);
    return () => {
      happening.run = null;
    };
  }

  /** Runs everything up to this instant, or until `enough` holds. */
  async runUntil(end: number, enough: () => boolean = () => false): Promise<void> {
    await this.#foreign.settled();
    while (!enough()) {
      const next = this.#waiting.at(-1);
      if (!next || next.at > end) break;
      this.#waiting.pop();
      this.#now = next.at;
      if (!next.run) continue;
      this.#happened += 1;
      next.run();
      await this.#foreign.settled();
    }
    if (!enough()) this.#now = Math.max(this.#now, end);
  }

  #insert(happening: Happening): void {
    let low = 0;
    let high = this.#waiting.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#waiting[middle];
      if (other && before(happening, other)) low = middle + 1;
      else high = middle;
    }
    this.#waiting.splice(low, 0, happening);
  }
}
