import { expect, it } from 'vitest';
import { distribution } from './distribution.ts';
import type { JournalLine } from './journal.ts';
import { waitsWithin } from './waits.ts';

const said = (clientId: string, at: number, conversation = 'direct-1'): JournalLine => ({
  is: 'said',
  conversation,
  mark: clientId,
  clientId,
  at,
});
const accepted = (clientId: string, at: number): JournalLine => ({
  is: 'accepted',
  conversation: 'direct-1',
  clientId,
  at,
});

it('measures from saying to being accepted, within the spans', () => {
  const journal = [said('a', 10), said('b', 50), accepted('a', 30), accepted('b', 55)];
  expect(waitsWithin([journal], [{ from: 0, to: 40 }]).unhurried).toEqual([20]);
  expect(waitsWithin([journal], [{ from: 0, to: 50 }]).unhurried).toEqual([20, 5]);
});

it('takes what was never accepted for an endless wait, keeps groups apart and leaves refusals out', () => {
  const spans = [{ from: 0, to: 40 }];
  expect(waitsWithin([[said('a', 10)]], spans)).toEqual({ unhurried: [Infinity], groups: [] });
  expect(waitsWithin([[said('a', 10, 'group')]], spans)).toEqual({
    unhurried: [],
    groups: [Infinity],
  });
  const failed = { is: 'failed', conversation: 'direct-1', clientId: 'a', error: null } as const;
  expect(waitsWithin([[said('a', 10), failed]], spans)).toEqual({ unhurried: [], groups: [] });
});

it('says how values are spread', () => {
  expect(distribution([])).toBe(null);
  const values = Array.from({ length: 100 }, (_, at) => 100 - at);
  expect(distribution(values)).toEqual({ min: 1, p50: 50, p95: 95, max: 100 });
});
