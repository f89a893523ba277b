/**
 * `npm run scaling`: what serves 1, 10 and 100 million users, by a simulated day and the costs that were measured.
 *
 *     --seed S      another day (1)
 *     --people N    how many of the users are played (20000)
 */
import { parseArgs } from 'node:util';
import { measured } from './costs.ts';
import { playDay } from './day.ts';
import { deploymentFor } from './deployment.ts';
import { usual } from './habits.ts';
import { tableOf } from './table.ts';

const millions = [1, 10, 100];

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    people: { type: 'string', default: '20000' },
  },
});

function positive(name: string, given: string): number {
  const number = Number(given);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new RangeError(`--${name} must be a whole number above 0, not ${given}`);
}

const day = playDay(positive('people', values.people), usual, positive('seed', values.seed));
const deployments = millions.map((count) => deploymentFor(count * 1_000_000, day, measured));
process.stdout.write(`${tableOf(deployments)}\n`);
