import { readFileSync } from 'node:fs';
import { callLimits, eventLimits } from '@sealpost/protocol/edge';
import { type LimiterName, limiterNames, limiters } from '@sealpost/domain';
import { expect, it } from 'vitest';

const page = readFileSync(new URL('../../../docs/limits.md', import.meta.url), 'utf8');

const spanOf = (ms: number): string =>
  ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`;

function rowOf(name: LimiterName): string[] {
  const { per, burst, refill, everyMs, counted, onFailure, points, meaning } = limiters[name];
  const unit = points === 'times' ? '' : ` ${points}`;
  return [
    `\`${name}\``,
    per,
    `${burst}${unit}`,
    `${refill}${unit} in ${spanOf(everyMs)}`,
    counted,
    onFailure,
    meaning,
  ];
}

/** The cells of every row of the page's tables that begins with a name in code. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

it('docs/limits.md tells every limiter as the catalogue has it', () => {
  expect(rows.filter(({ length }) => length === 7)).toEqual(limiterNames.map(rowOf));
});

it('docs/limits.md tells every call and event that takes of no limiter, and why', () => {
  const unlimited = Object.entries({ ...callLimits, ...eventLimits }).flatMap(([name, limit]) =>
    'unlimited' in limit ? [[`\`${name}\``, 'unlimited', limit.unlimited]] : [],
  );
  expect(rows.filter(([, per]) => per === 'unlimited')).toEqual(unlimited);
});
