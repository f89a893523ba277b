import type { Timestamp } from './ids.ts';

export interface Clock {
  /** Wall time; may jump. */
  now(): Timestamp;
  /** Milliseconds since some instant; never goes back. */
  monotonic(): number;
}
