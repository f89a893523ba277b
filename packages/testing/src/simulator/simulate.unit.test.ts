import { describe, expect, it } from 'vitest';
import { canaries } from './canaries/index.ts';
import { promises } from './judge/checker.ts';
import { runJobs } from './runs/pool.ts';
import { shrink } from './runs/shrink.ts';
import { simulate } from './simulate.ts';

const withCanary = (name: string) =>
  canaries.find((canary) => canary.name === name)?.sabotage ?? {};

/** A run that is over its limit would go on beside the next. */
const limitMs = 120_000;

describe('a simulated deployment', () => {
  it(
    'is the same from the same seed, and another from another',
    async () => {
      const [one, again, other] = [
        await simulate({ seed: 3 }),
        await simulate({ seed: 3 }),
        await simulate({ seed: 5 }),
      ];
      expect(again).toEqual(one);
      expect(other.trace).not.toBe(one.trace);
    },
    limitMs,
  );

  it(
    'is the same in a thread of its own',
    async () => {
      const here = await simulate({ seed: 5 });
      const jobs = [{ seed: 5, engine: 'plaintext' } as const];
      let there: unknown = null;
      await runJobs(jobs.values(), (_, result) => {
        there = result;
        return true;
      });
      expect(there).toEqual(here);
    },
    limitMs,
  );

  it(
    'does something, and looks at every promise while it does',
    async () => {
      const runs = [
        await simulate({ seed: 1 }),
        await simulate({ seed: 2 }),
        await simulate({ seed: 5 }),
      ];
      for (const promise of promises)
        expect([promise, runs.some(({ checks }) => checks[promise] > 0)]).toEqual([promise, true]);
      for (const { entries, findings } of runs) {
        expect(entries).toBeGreaterThan(20);
        expect(findings).toEqual([]);
      }
    },
    limitMs,
  );

  it(
    'keeps its promises with encryption too',
    async () => {
      const { findings, entries } = await simulate({ seed: 2, engine: 'mls' });
      expect(findings).toEqual([]);
      expect(entries).toBeGreaterThan(20);
    },
    limitMs,
  );

  it(
    'breaks the promise that a deliberate bug is about',
    async () => {
      const sabotage = withCanary('acknowledged before it is committed');
      const { findings } = await simulate({ seed: 1, sabotage });
      expect(findings.map(({ promise }) => promise)).toContain('G1');
    },
    limitMs,
  );
});

describe('the deliberate bugs', () => {
  it('are at least twenty, each with a name of its own', () => {
    expect(new Set(canaries.map(({ name }) => name)).size).toBe(canaries.length);
    expect(canaries.length).toBeGreaterThanOrEqual(20);
  });
});

describe('shrinking a plan', () => {
  it('keeps only what is needed', async () => {
    const needed = [3, 17, 18];
    const fails = (places: readonly number[]): Promise<boolean> =>
      Promise.resolve(needed.every((place) => places.includes(place)));
    expect(await shrink(40, fails)).toEqual(needed);
    expect(await shrink(40, () => Promise.resolve(true))).toEqual([]);
  });
});
