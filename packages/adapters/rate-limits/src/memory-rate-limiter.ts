import { type Allowance, assert, type RateLimiter, reserveMs, type Taken } from '@sealpost/domain';
import { BoundedLimiter } from './bounded-limiter.ts';

/** The two windows of the library's `BurstyRateLimiter`, of which the second is asked only where the first refuses. */
class MemoryLimiter {
  readonly #mostPoints: number;
  readonly #steady: BoundedLimiter;
  readonly #reserve: BoundedLimiter;

  constructor(rate: Allowance, maxKeys: number) {
    this.#mostPoints = rate.refill;
    this.#steady = new BoundedLimiter(rate.refill, rate.everyMs, maxKeys);
    this.#reserve = new BoundedLimiter(rate.burst, reserveMs(rate), maxKeys);
  }

  get keys(): number {
    return this.#steady.size + this.#reserve.size;
  }

  take(key: string, points: number): Promise<Taken> {
    const counted = Math.min(points, this.#mostPoints);
    return this.#steady
      .take(key, counted)
      .then((steady) => (steady.ok ? steady : this.#ofReserve(key, counted, steady.retryAfterMs)));
  }

  async #ofReserve(key: string, points: number, steadyAfterMs: number): Promise<Taken> {
    const reserve = await this.#reserve.take(key, points);
    if (reserve.ok) return reserve;
    return { ok: false, retryAfterMs: Math.min(steadyAfterMs, reserve.retryAfterMs) };
  }
}

/** Some tens of megabytes for each limiter, however many networks a flood comes from. */
const mostKeys = 100_000;

/** Counts in this process's memory. Where too many keys are remembered, another one fails. */
export class MemoryRateLimiter implements RateLimiter {
  readonly #limiters: ReadonlyMap<string, MemoryLimiter>;

  constructor(rates: Readonly<Record<string, Allowance>>, maxKeys = mostKeys) {
    this.#limiters = new Map(
      Object.entries(rates).map(([name, rate]) => [name, new MemoryLimiter(rate, maxKeys)]),
    );
  }

  /** How many keys are remembered; one that used its reserve counts twice. */
  get keys(): number {
    return [...this.#limiters.values()].reduce((sum, { keys }) => sum + keys, 0);
  }

  take(limiter: string, key: string, points: number): Promise<Taken> {
    const known = this.#limiters.get(limiter);
    assert(known !== undefined, 'a limiter has an allowance');
    return known.take(key, points);
  }

  /** The library forgets each key by a timer. */
  async sweep(): Promise<void> {}
}
