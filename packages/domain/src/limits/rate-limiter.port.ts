/**
 * `refill` points each `everyMs`, and beside them a reserve of `burst` points, which is full again as soon as `refill`
 * would have filled it since it was first touched. `burst` is at least `refill`.
 */
export interface Allowance {
  readonly burst: number;
  readonly refill: number;
  readonly everyMs: number;
}

/** How long the reserve takes to be full again. */
export const reserveMs = ({ burst, refill, everyMs }: Allowance): number =>
  Math.ceil((burst / refill) * everyMs);

export type Taken = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

/**
 * Counts how often something is done under a key, and says when it is too often. Each limiter has an allowance and keys
 * of its own; a key that was not seen has its whole allowance.
 *
 * - At once nobody takes more than `burst` and `refill`, however many callers take at the same time.
 * - Who is refused and takes nothing meanwhile finds room for the same take after `retryAfterMs`, which is at most
 *   `everyMs`. A refused take may use up what is left.
 * - What was taken is forgotten when it counts no longer. Losing it all gives every key its whole allowance, no more.
 */
export interface RateLimiter {
  /**
   * Takes `points`, all or none; more than the limiter's `refill` counts as that. Rejects with an `AdapterFailure` when
   * it cannot count.
   */
  take(limiter: string, key: string, points: number): Promise<Taken>;
  /** Forgets what counts no longer, where that does not happen by itself. */
  sweep(): Promise<void>;
}
