import { needs } from '@sealpost/testing/parts';
import { describe, expect, it } from 'vitest';
import { PREPARATIONS } from '../src/preparations.ts';
import { everythingAsked, type Asked } from './support/recorded-commands.ts';
import { TestServer } from './support/test-server.ts';

const indexes: Readonly<Record<string, readonly (readonly string[])[]>> = {
  entries: PREPARATIONS.map(({ key }) => Object.keys(key)),
  logs: [['_id']],
};

const isRange = (condition: unknown): boolean =>
  typeof condition === 'object' &&
  condition !== null &&
  Object.keys(condition).some((operator) => ['$gt', '$gte', '$lte'].includes(operator));

/** Whether an index is entered by conditions, and gives what is found in the order that is asked for. */
function answers(keys: readonly string[], { filter, sort }: Asked): boolean {
  const equal = keys.findIndex((key) => !(key in filter) || isRange(filter[key]));
  const entered = equal === -1 ? keys.length : equal;
  const isEntered = entered > 0 || isRange(filter[keys[0] ?? '']);
  return isEntered && Object.keys(sort).every((key, at) => keys[entered + at] === key);
}

const isAnswered = (asked: Asked): boolean =>
  (indexes[asked.collection] ?? []).some((keys) => answers(keys, asked));

describe('what the log asks a server for', needs('mongodb'), () => {
  const server = TestServer.forTheseTests();

  it('is found by an index, in the order of that index', async () => {
    const fresh = await server.fresh();
    const asked = await everythingAsked(fresh);
    expect(asked.length).toBeGreaterThan(30);
    expect(asked.filter((each) => !isAnswered(each))).toEqual([]);
    await fresh.dispose();
  });

  it('would not be found so without a condition on the first key, or in another order', () => {
    const asked = (filter: object, sort: object): Asked => ({
      collection: 'entries',
      filter,
      sort,
    });
    expect(isAnswered(asked({ conversation: 'c' }, { seq: -1 }))).toBe(true);
    expect(isAnswered(asked({ seq: { $gt: 1 } }, {}))).toBe(false);
    expect(isAnswered(asked({ conversation: 'c' }, { loud: 1 }))).toBe(false);
    expect(isAnswered(asked({}, { acceptedAt: -1 }))).toBe(false);
  });
});
