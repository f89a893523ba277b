import { AdapterFailure } from '@sealpost/domain';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

/** How often the keys may be counted again: it takes a walk over all of them. */
const recountMs = 1_000;

/**
 * A window of `points` for each key, for at most `maxKeys` keys at once. The library forgets a key by a timer when its
 * window ends, and has no bound by itself.
 */
export class BoundedLimiter extends RateLimiterMemory {
  readonly #maxKeys: number;
  /** Not below the number of keys that are remembered. */
  #keys = 0;
  #countedAt = -Infinity;

  constructor(points: number, windowMs: number, maxKeys: number) {
    super({ points, duration: windowMs / 1_000, keyPrefix: '' });
    this.#maxKeys = maxKeys;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.dump().storage.length;
  }

  override async consume(key: string, points: number): Promise<RateLimiterRes> {
    if (this.#isFull() && (await this.get(key)) === null)
      throw new AdapterFailure({
        adapter: 'rate-limits',
        operation: 'take',
        retryable: true,
        detail: 'full',
      });
    // Counted before it is awaited, for those that come together.
    this.#keys += 1;
    let isNew = false;
    try {
      const taken = await super.consume(key, points);
      isNew = taken.isFirstInDuration;
      return taken;
    } finally {
      if (!isNew) this.#keys -= 1;
    }
  }

  #isFull(): boolean {
    if (this.#keys < this.#maxKeys) return false;
    const now = performance.now();
    if (now - this.#countedAt < recountMs) return true;
    this.#countedAt = now;
    this.#keys = this.size;
    return this.#keys >= this.#maxKeys;
  }
}
