import { AdapterFailure, type Taken } from '@sealpost/domain';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** How often the keys may be counted again: it takes a walk over all of them. */
const recountMs = 1_000;

const taken: Taken = { ok: true };

/**
 * A window of `points` for each key, for at most `maxKeys` keys at once. The library forgets a key by a timer when its
 * window ends, and has no bound by itself.
 */
export class BoundedLimiter {
  readonly #window: RateLimiterMemory;
  readonly #maxKeys: number;
  /** Not below the number of keys that are remembered. */
  #keys = 0;
  #countedAt = -Infinity;

  constructor(points: number, windowMs: number, maxKeys: number) {
    this.#window = new RateLimiterMemory({ points, duration: windowMs / 1_000, keyPrefix: '' });
    this.#maxKeys = maxKeys;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#window.dump().storage.length;
  }

  /** Every message takes twice, so it is one promise beside the library's, and no closures. */
  take(key: string, points: number): Promise<Taken> {
    if (this.#isFull()) return this.#takeKnown(key, points);
    // Counted before it is awaited, for those that come together.
    this.#keys += 1;
    return this.#window.consume(key, points).then(this.#taken, this.#refused);
  }

  async #takeKnown(key: string, points: number): Promise<Taken> {
    const known = await this.#window.get(key);
    if (known === null)
      throw new AdapterFailure({
        adapter: 'rate-limits',
        operation: 'take',
        retryable: true,
        detail: 'full',
      });
    this.#keys += 1;
    return this.#window.consume(key, points).then(this.#taken, this.#refused);
  }

  readonly #taken = ({ isFirstInDuration }: RateLimiterRes): Taken => {
    if (!isFirstInDuration) this.#keys -= 1;
    return taken;
  };

  readonly #refused = (refused: unknown): Taken => {
    this.#keys -= 1;
    if (!(refused instanceof RateLimiterRes)) throw refused;
    return { ok: false, retryAfterMs: refused.msBeforeNext };
  };

  #isFull(): boolean {
    if (this.#keys < this.#maxKeys) return false;
    const now = performance.now();
    if (now - this.#countedAt < recountMs) return true;
    this.#countedAt = now;
    this.#keys = this.size;
    return this.#keys >= this.#maxKeys;
  }
}
