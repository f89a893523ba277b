import type { Stores } from '@sealpost/domain';
import { describe, expect, it } from 'vitest';
import type { StoresSubject } from '../contracts/subject.ts';
import { promises } from './judge/checker.ts';
import { type RunResult, simulate } from './simulate.ts';

const limitMs = 120_000;

/**
 * Simulated deployments whose data lie in real stores: people, devices, processes, network and time are the simulator's,
 * the statements are the stores'. No run can be had again, since the stores take their own time for what they do.
 */
export function simulatedOn(
  subject: StoresSubject,
  { seeds }: { readonly seeds: readonly number[] },
): void {
  describe(`a simulated deployment on ${subject.name}`, () => {
    const checks: RunResult['checks'][] = [];
    it.each(seeds)(
      'keeps every promise in run %i',
      async (seed) => {
        const result = await runOn(subject, seed);
        checks.push(result.checks);
        expect(result.findings).toEqual([]);
        expect(result.entries).toBeGreaterThan(20);
      },
      limitMs,
    );

    it('was looked at by every promise', () => {
      for (const promise of promises)
        expect([promise, checks.some((of) => of[promise] > 0)]).toEqual([promise, true]);
    });
  });
}

async function runOn(subject: StoresSubject, seed: number): Promise<RunResult> {
  const opened: Awaited<ReturnType<StoresSubject['open']>>[] = [];
  const open = async (): Promise<Stores> => {
    const fresh = await subject.open();
    opened.push(fresh);
    return fresh.stores;
  };
  try {
    return await simulate({ seed, stores: open });
  } finally {
    for (const stores of opened) await stores.dispose();
  }
}
