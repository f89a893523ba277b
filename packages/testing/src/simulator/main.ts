/**
 * `npm run simulate`: simulated deployments, judged by each promise.
 *
 *     --seeds N [--from S]                     N runs, with seeds from S on (500 from 1)
 *     --seed S [--engine mls] [--only=1,2,3]   one run again, with these steps of its plan; `--only=`: with none
 *     --canaries                               deliberate bugs, each of which must be caught
 *     --deletions [--of F] [--every K]         the use cases without one of their lines, each of which must be missed; in
 *                 [--seeds N]                  files whose path holds F, one of K, after at most N runs (48)
 */
import { parseArgs } from 'node:util';
import { runCanaries } from './runs/run-canaries.ts';
import { runAgain, runSeeds } from './runs/run-seeds.ts';
import { surveyDeletions } from './runs/survey-deletions.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    engine: { type: 'string', default: 'plaintext' },
    only: { type: 'string' },
    canaries: { type: 'boolean', default: false },
    deletions: { type: 'boolean', default: false },
    of: { type: 'string', default: '' },
    every: { type: 'string', default: '1' },
  },
});

function whole(name: string, given: string): number {
  const number = Number(given);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new RangeError(`--${name} must be a whole number, not ${given}`);
}

const count = (otherwise: number): number =>
  values.seeds === undefined ? otherwise : whole('seeds', values.seeds);

function asked(): Promise<boolean> {
  if (values.canaries) return runCanaries();
  if (values.deletions)
    return surveyDeletions({
      of: values.of,
      every: Math.max(1, whole('every', values.every)),
      seeds: count(48),
    });
  if (values.seed === undefined) return runSeeds(whole('from', values.from), count(500));
  const { engine, only } = values;
  if (engine !== 'plaintext' && engine !== 'mls')
    throw new RangeError(`--engine must be plaintext or mls, not ${engine}`);
  // Nothing after the sign: none of the steps.
  const places = only?.split(',').flatMap((place) => (only === '' ? [] : whole('only', place)));
  return runAgain(whole('seed', values.seed), engine, places ? new Set(places) : null);
}

process.exitCode = (await asked()) ? 0 : 1;
