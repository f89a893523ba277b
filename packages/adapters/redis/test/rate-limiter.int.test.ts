import { expectSilentFailure, marker, many, testRates } from '@sealpost/testing';
import { expect, it } from 'vitest';
import { aPrefix, RedisProcess } from './support/redis-process.ts';
import { describeOnEach } from './support/test-redis.ts';

describeOnEach((name, redis) => {
  it(`limits all processes together: ${name}`, async () => {
    const prefix = aPrefix();
    const processes = [1, 2].map(() => new RedisProcess(redis.options(prefix)).parts);
    const limiters = processes.map((parts) => parts.rateLimiter(testRates));
    const outcomes = await Promise.all(
      many(40, async (index) => limiters[index % 2]?.take('slow', 'a', 1)),
    );
    expect(outcomes.filter((outcome) => outcome?.ok)).toHaveLength(5);
    await Promise.all(processes.map((parts) => parts.stop()));
  });

  it(`counts in windows that are no whole seconds: ${name}`, async () => {
    const prefix = aPrefix();
    const { parts } = new RedisProcess(redis.options(prefix));
    const rate = { burst: 1, refill: 1, everyMs: 1_500 };
    const limiter = parts.rateLimiter({ odd: rate, short: { ...rate, everyMs: 900 } });
    for (const [limit, everyMs] of [
      ['odd', 1_500],
      ['short', 900],
    ] as const) {
      for (const _ of [1, 2]) expect((await limiter.take(limit, 'a', 1)).ok).toBe(true);
      const refused = await limiter.take(limit, 'a', 1);
      expect(refused).toMatchObject({ ok: false });
      const left = refused.ok ? 0 : refused.retryAfterMs;
      expect(left).toBeGreaterThan(everyMs - 800);
      expect(left).toBeLessThanOrEqual(everyMs);
    }
    await redis.age(prefix, 1_500);
    expect(await redis.keys(prefix)).toEqual([]);
    await parts.stop();
  });

  it(`tells nothing of a key when it fails: ${name}`, async () => {
    const { parts } = new RedisProcess(redis.options(aPrefix()));
    const limiter = parts.rateLimiter(testRates);
    await parts.stop();
    await expect(expectSilentFailure(() => limiter.take('slow', marker, 1))).resolves.toBe(
      undefined,
    );
  });
});
