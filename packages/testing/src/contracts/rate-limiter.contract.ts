import { fc } from '@fast-check/vitest';
import type { Allowance, RateLimiter, Taken } from '@sealpost/domain';
import { describe, expect } from 'vitest';
import { aDeviceId, many } from '../builders/ids.ts';
import { type RateLimiterSubject, testsOf } from './subject.ts';

/** The limiters that every subject is opened with. */
export const testRates = {
  slow: { burst: 4, refill: 1, everyMs: 60_000 },
  quick: { burst: 10, refill: 5, everyMs: 1_000 },
} as const satisfies Record<string, Allowance>;

const minute = 60_000;

/** Takes one point after another until one is refused; how many were taken, and the refusal. */
async function drain(
  limiter: RateLimiter,
  name: string,
  key: string,
): Promise<{ readonly taken: number; readonly retryAfterMs: number }> {
  for (let taken = 0; taken < 1_000; taken++) {
    const outcome = await limiter.take(name, key, 1);
    if (!outcome.ok) return { taken, retryAfterMs: outcome.retryAfterMs };
  }
  throw new Error('nothing was refused');
}

const takenOf = (outcomes: readonly Taken[]): number => outcomes.filter(({ ok }) => ok).length;

/** The specification of `RateLimiter` (G16). */
export function rateLimiterContract(subject: RateLimiterSubject): void {
  const it = testsOf(subject);

  describe(`RateLimiter: ${subject.name}`, () => {
    it('allows a reserve and what comes steadily, then refuses (G16)', async ({ limiter }) => {
      expect(await drain(limiter, 'slow', 'a')).toMatchObject({ taken: 5 });
      expect(await drain(limiter, 'quick', 'a')).toMatchObject({ taken: 15 });
    });

    it('gives every key and every limiter an allowance of its own', async ({ limiter }) => {
      await drain(limiter, 'slow', 'a');
      expect(await drain(limiter, 'slow', 'b')).toMatchObject({ taken: 5 });
      expect(await drain(limiter, 'quick', 'a')).toMatchObject({ taken: 15 });
      expect((await limiter.take('slow', 'a', 1)).ok).toBe(false);
    });

    it('refills steadily, and the reserve once its time is over', async ({ limiter, advance }) => {
      await drain(limiter, 'slow', 'a');
      for (const _ of [1, 2, 3]) {
        await advance(minute);
        expect(await drain(limiter, 'slow', 'a')).toMatchObject({ taken: 1 });
      }
      await advance(minute + 1);
      expect(await drain(limiter, 'slow', 'a')).toMatchObject({ taken: 5 });
    });

    it('says truly when there is room again', async ({ limiter, advance }) => {
      await drain(limiter, 'slow', 'a');
      await advance(17_000);
      const { retryAfterMs } = await drain(limiter, 'slow', 'a');
      expect(retryAfterMs).toBeGreaterThan(0);
      expect(retryAfterMs).toBeLessThanOrEqual(minute - 17_000);
      await advance(retryAfterMs - 1_000);
      expect((await limiter.take('slow', 'a', 1)).ok).toBe(false);
      await advance(1_000);
      expect((await limiter.take('slow', 'a', 1)).ok).toBe(true);
    });

    it('says truly when there is room again for several points', async ({ limiter, advance }) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 1_500 })), {
            maxLength: 12,
          }),
          async (takes) => {
            const key = aDeviceId();
            const again: boolean[] = [];
            for (const [points, pauseMs] of takes) {
              const taken = await limiter.take('quick', key, points);
              if (!taken.ok) {
                await advance(Math.min(taken.retryAfterMs, testRates.quick.everyMs));
                again.push((await limiter.take('quick', key, points)).ok);
              }
              await advance(pauseMs);
            }
            expect(again).not.toContain(false);
          },
        ),
        { numRuns: 20 },
      );
    });

    it('takes all points or none, and more than the refill as that', async ({ limiter }) => {
      expect((await limiter.take('quick', 'a', 1_000)).ok).toBe(true);
      expect((await limiter.take('quick', 'a', 5)).ok).toBe(true);
      expect((await limiter.take('quick', 'a', 1_000)).ok).toBe(true);
      expect((await limiter.take('quick', 'a', 1)).ok).toBe(false);
      expect((await limiter.take('quick', 'b', 3)).ok).toBe(true);
      expect((await limiter.take('quick', 'b', 3)).ok).toBe(true);
      expect((await limiter.take('quick', 'b', 5)).ok).toBe(true);
      expect((await limiter.take('quick', 'b', 3)).ok).toBe(false);
    });

    it('never lets more through when 40 callers take at once', async ({ limiter }) => {
      const outcomes = await Promise.all(many(40, () => limiter.take('slow', 'a', 1)));
      expect(takenOf(outcomes)).toBe(5);
    });

    it('never lets more through in any span than the span allows', async ({ limiter, advance }) => {
      const { burst, refill, everyMs } = testRates.quick;
      let [taken, now] = [0, 0];
      while (now < 10_000) {
        if ((await limiter.take('quick', 'a', 1)).ok) taken += 1;
        else {
          await advance(250);
          now += 250;
        }
      }
      const steady = refill * (now / everyMs + 1);
      const reserves = burst * (Math.floor(now / ((burst / refill) * everyMs)) + 1);
      expect(taken).toBeLessThanOrEqual(steady + reserves);
    });

    it('forgets what counts no longer', async ({ limiter, advance, remembered }) => {
      await Promise.all(many(20, (index) => limiter.take('slow', `key ${index}`, 1)));
      await drain(limiter, 'slow', 'a');
      expect(await remembered()).toBeGreaterThan(20);
      await advance(5 * minute);
      await limiter.sweep();
      expect(await remembered()).toBe(0);
    });

    it('forgets nothing that counts', async ({ limiter, advance }) => {
      await drain(limiter, 'slow', 'a');
      await advance(minute / 2);
      await limiter.sweep();
      expect((await limiter.take('slow', 'a', 1)).ok).toBe(false);
    });
  });
}
