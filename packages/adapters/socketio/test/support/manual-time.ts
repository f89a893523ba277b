import type { Clock, Timers } from '@sealpost/domain';
import { anInstant } from '@sealpost/testing';

interface Alarm {
  readonly at: number;
  readonly run: () => void;
}

/** A clock and its timers that move only when a test moves them. */
export class ManualTime implements Clock, Timers {
  #elapsed = 0;
  readonly #alarms = new Set<Alarm>();

  now = (): number => anInstant + this.#elapsed;
  monotonic = (): number => this.#elapsed;

  after(ms: number, run: () => void): () => void {
    const alarm = { at: this.#elapsed + ms, run };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  /** Runs what falls due on the way, each at its own time. */
  advance(ms: number): void {
    const until = this.#elapsed + ms;
    for (let next = this.#next(until); next; next = this.#next(until)) {
      this.#alarms.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.run();
    }
    this.#elapsed = until;
  }

  #next(until: number): Alarm | undefined {
    return [...this.#alarms].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
  }
}
