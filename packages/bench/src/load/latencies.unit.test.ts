import { describe, expect, it } from 'vitest';
import { Latencies } from './latencies.ts';

describe('latencies', () => {
  it('answers percentiles within one percent, from microseconds to minutes', () => {
    for (const unit of [0.001, 1, 1000]) {
      const latencies = new Latencies();
      for (let value = 1; value <= 1000; value++) latencies.add(value * unit);
      const { p50, p95, p99 } = latencies.percentiles();
      for (const [found, expected] of [
        [p50, 500],
        [p95, 950],
        [p99, 990],
      ] as const)
        expect(Math.abs(found / (expected * unit) - 1)).toBeLessThan(0.01);
    }
  });

  it('tells one slow among a hundred by the last of them only', () => {
    const latencies = new Latencies();
    for (let value = 0; value < 99; value++) latencies.add(1);
    latencies.add(100);
    expect(latencies.within(0.99)).toBeCloseTo(1, 1);
    expect(latencies.within(1)).toBeGreaterThan(99);
  });

  it('knows nothing of nothing', () => {
    expect(new Latencies().percentiles().p99).toBeNaN();
  });
});
