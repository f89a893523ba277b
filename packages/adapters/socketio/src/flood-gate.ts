/** What one connection may send. */
export interface FloodLimits {
  readonly eventBurst: number;
  readonly eventsPerSecond: number;
}

/** How much more may arrive than is taken: whoever waits as told is refused once for each event that is taken. */
const tolerance = 2;

/**
 * Two token buckets of one connection: one for events, which answers with a time to wait, and one of twice the size and
 * pace for everything that arrives, whose end is the end of the connection. So whoever waits when told to is served for
 * ever, and whoever goes on sending is cut off.
 */
export class FloodGate {
  readonly #limits: FloodLimits;
  #events: number;
  #frames: number;
  #filledAt: number;

  constructor(limits: FloodLimits, now: number) {
    this.#limits = limits;
    this.#events = limits.eventBurst;
    this.#frames = tolerance * limits.eventBurst;
    this.#filledAt = now;
  }

  /** Whether the connection may go on after one more frame; `now` in milliseconds that never go back. */
  frame(now: number): boolean {
    this.#fill(now);
    this.#frames -= 1;
    return this.#frames >= 0;
  }

  /** Milliseconds to wait before the next event; 0: this one is taken. */
  event(now: number): number {
    this.#fill(now);
    if (this.#events < 1)
      return Math.ceil(((1 - this.#events) * 1_000) / this.#limits.eventsPerSecond);
    this.#events -= 1;
    return 0;
  }

  #fill(now: number): void {
    const { eventBurst, eventsPerSecond } = this.#limits;
    const gained = ((now - this.#filledAt) * eventsPerSecond) / 1_000;
    this.#filledAt = now;
    this.#events = Math.min(eventBurst, this.#events + gained);
    this.#frames = Math.min(tolerance * eventBurst, this.#frames + tolerance * gained);
  }
}
