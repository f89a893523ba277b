import { describe, expect, it } from 'vitest';
import { SystemClock } from './system-clock.ts';

describe('the system clock', () => {
  const clock = new SystemClock();

  it('tells wall time in whole milliseconds', () => {
    const before = Date.now();
    const now = clock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
    expect(Number.isSafeInteger(now)).toBe(true);
  });

  it('has a monotonic time that never goes back and counts milliseconds', () => {
    const times = Array.from({ length: 1000 }, () => clock.monotonic());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const before = [clock.monotonic(), performance.now()] as const;
    while (performance.now() < before[1] + 5);
    const passedMs = clock.monotonic() - before[0];
    expect(passedMs).toBeGreaterThanOrEqual(5);
    expect(passedMs).toBeLessThan(5000);
  });
});
