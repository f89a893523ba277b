import type { Clock, Timers, Turn } from '@sealpost/domain';
import type { Life } from './life.ts';
import type { Timeline } from './timeline.ts';

/** Time as one process or device has it: its wall clock is off by so much, its timers end with it. */
export class LocalTime implements Clock, Timers, Turn {
  readonly #timeline: Timeline;
  readonly #life: Life;
  readonly #bornAt: number;
  /** Milliseconds by which the wall clock is ahead of the true time. */
  skewMs: number;

  constructor(timeline: Timeline, life: Life, skewMs: number) {
    this.#timeline = timeline;
    this.#life = life;
    this.#bornAt = timeline.now;
    this.skewMs = skewMs;
  }

  now(): number {
    return this.#timeline.wallTime + this.skewMs;
  }

  monotonic(): number {
    return this.#timeline.now - this.#bornAt;
  }

  after(ms: number, run: () => void): () => void {
    return this.#timeline.after(ms, this.#life.if(run));
  }

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.after(0, resolve);
    });
  }

  written(): Promise<void> {
    return this.next();
  }
}
