import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noPace, quickened, waitMs } from './pace.ts';

/** The pace after commits at these times, each so many milliseconds after the one before. */
const after = (gaps: readonly number[]): { pace: typeof noPace; now: number } =>
  gaps.reduce(({ pace, now }, gap) => ({ pace: quickened(pace, now + gap), now: now + gap }), {
    pace: noPace,
    now: 0,
  });

describe('the pace of commits', () => {
  it('asks nothing of a small conversation with a few commits', () => {
    for (const commits of [0, 1, 2, 3, 4]) {
      const { pace, now } = after(Array.from({ length: commits }, () => 0));
      expect(waitMs(pace, 10, now)).toBe(0);
    }
  });

  it('never asks for more than ten seconds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 20_000 }), { maxLength: 200 }),
        fc.nat({ max: 2_000 }),
        (gaps, members) => {
          const { pace, now } = after(gaps);
          expect(waitMs(pace, members, now)).toBeGreaterThanOrEqual(0);
          expect(waitMs(pace, members, now)).toBeLessThanOrEqual(10_000);
        },
      ),
    );
  });

  it('asks for more after more commits and with more members, and for nothing once it was waited', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 40 }), fc.nat({ max: 100 }), (commits, members) => {
        const { pace, now } = after(Array.from({ length: commits }, () => 0));
        const wait = waitMs(pace, members, now);
        expect(wait).toBeGreaterThan(0);
        expect(waitMs(quickened(pace, now), members, now)).toBeGreaterThanOrEqual(wait);
        expect(waitMs(pace, members + 50, now)).toBeGreaterThanOrEqual(wait);
        expect(waitMs(pace, members, now + wait)).toBe(0);
        expect(waitMs(pace, members, now + wait - 1)).toBeGreaterThan(0);
      }),
    );
  });

  it('calms down: commits far apart are never told to wait', () => {
    const { pace, now } = after(Array.from({ length: 50 }, () => 30_000));
    expect(waitMs(pace, 500, now)).toBe(0);
  });

  it('stands a clock that falls back', () => {
    const { pace, now } = after([0, 0, 0, 0, 0, 0, 0, 0]);
    const wait = waitMs(pace, 3, now - 60_000);
    expect(wait).toBe(waitMs(pace, 3, now));
    expect(quickened(pace, now - 60_000).at).toBe(now);
  });
});
