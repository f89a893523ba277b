import { AdapterFailure } from '@sealpost/domain';
import { MemoryRateLimiter } from '@sealpost/adapter-rate-limits';
import { many, rateLimiterContract, testRates } from '@sealpost/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

rateLimiterContract({
  name: 'memory',
  open: async () => {
    const limiter = new MemoryRateLimiter(testRates);
    return {
      limiter,
      advance: async (ms) => void (await vi.advanceTimersByTimeAsync(ms)),
      remembered: async () => limiter.keys,
      dispose: async () => {},
    };
  },
});

describe('what a limiter in memory remembers', () => {
  const most = 100;
  const floodOf = (limiter: MemoryRateLimiter) =>
    Promise.allSettled(many(1_000, (index) => limiter.take('slow', `flood ${index}`, 1)));

  it('is bounded: one key too many is not counted, and fails', async () => {
    const limiter = new MemoryRateLimiter(testRates, most);
    const outcomes = await floodOf(limiter);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(most);
    expect(limiter.keys).toBe(most);
    await expect(limiter.take('slow', 'another', 1)).rejects.toBeInstanceOf(AdapterFailure);
  });

  it('goes on counting the keys that it knows', async () => {
    const limiter = new MemoryRateLimiter(testRates, most);
    await floodOf(limiter);
    const outcomes = await Promise.all(many(8, () => limiter.take('slow', 'flood 7', 1)));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(4);
  });

  it('has room again when keys count no longer', async () => {
    const limiter = new MemoryRateLimiter(testRates, most);
    await floodOf(limiter);
    const later = performance.now() + 2_000;
    vi.spyOn(performance, 'now').mockReturnValue(later);
    await expect(limiter.take('slow', 'another', 1)).rejects.toBeInstanceOf(AdapterFailure);
    await vi.advanceTimersByTimeAsync(testRates.slow.everyMs);
    vi.spyOn(performance, 'now').mockReturnValue(later + 2_000);
    expect((await limiter.take('slow', 'another', 1)).ok).toBe(true);
    vi.restoreAllMocks();
  });
});
