import { expect, it } from 'vitest';
import { faults, type FaultName, faultsOf } from './faults.ts';
import { schedule } from './schedule.ts';
import { Seeded } from './seeded.ts';

const rounds = (seed: number, count: number): (readonly FaultName[])[] => {
  const drawn = schedule(new Seeded(seed), faultsOf('postgres'));
  return Array.from({ length: count }, () => drawn.next().value);
};

it('is the same for the same seed, and another for another', () => {
  expect(rounds(1, 40)).toEqual(rounds(1, 40));
  expect(rounds(1, 40)).not.toEqual(rounds(2, 40));
});

it('strikes with every fault once before any comes again, a rolling restart first and alone', () => {
  const names = faultsOf('postgres');
  for (let seed = 0; seed < 50; seed++) {
    const drawn = rounds(seed, names.length);
    const first = drawn.flat().slice(0, names.length);
    expect(new Set(first).size).toBe(names.length);
    expect(drawn[0]).toEqual(['rolling restart']);
    for (const round of drawn)
      expect(round.length === 1 || !round.includes('rolling restart')).toBe(true);
  }
});

it('joins only faults of different layers, and does', () => {
  const pairs = Array.from({ length: 50 }, (_, seed) => rounds(seed, 30))
    .flat()
    .filter((round) => round.length === 2);
  expect(pairs.length).toBeGreaterThan(20);
  for (const pair of pairs) expect(new Set(pair.map((name) => faults[name].layer)).size).toBe(2);
});

it('strikes with the chosen faults only', () => {
  const only: readonly FaultName[] = ['rolling restart', 'server killed', 'clients reset'];
  const drawn = schedule(new Seeded(7), only);
  const struck = Array.from({ length: 30 }, () => drawn.next().value).flat();
  expect(new Set(struck)).toEqual(new Set(only));
});

it('strikes a profile with what it has', () => {
  expect(faultsOf('embedded')).toContain('server killed');
  expect(faultsOf('embedded').filter((name) => name.startsWith('database'))).toEqual([]);
  expect(faultsOf('embedded')).not.toContain('rolling restart');
});
