import { expect, it } from 'vitest';
import type { RunResult } from '../simulate.ts';
import { promises } from '../judge/checker.ts';
import { Tally } from './report.ts';

const aRun = (seed: number, checked: number): RunResult => ({
  ...{ seed, plan: [], happened: 1, entries: 1, trace: '' },
  checks: Object.fromEntries(promises.map((promise) => [promise, checked])) as RunResult['checks'],
  findings: [{ promise: 'G1', at: 0, what: 'gone' }],
});

it('the closing line counts every check and finding, and a seed once that was played with both engines', () => {
  const tally = new Tally();
  for (const run of [aRun(49, 1), aRun(50, 2), aRun(50, 3)]) tally.add(run);
  expect(tally.line()).toBe(`simulate: seeds=2 checks=${6 * promises.length} failed=3`);
});
