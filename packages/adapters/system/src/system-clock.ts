import type { Clock, Timestamp } from '@sealpost/domain';

export class SystemClock implements Clock {
  now(): Timestamp {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }
}
