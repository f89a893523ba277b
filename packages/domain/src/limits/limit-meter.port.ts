import type { LimiterName } from './limiters.ts';

/** What operators watch of the limiters. */
export interface LimitMeter {
  /** Something was refused because it was done too often. */
  limitRefused(limiter: LimiterName): void;
  /** The limiter could not count; what then happens is in its entry of the catalogue. */
  limitFailed(limiter: LimiterName): void;
}
