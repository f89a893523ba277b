import { needs } from '@sealpost/testing/parts';
import { beforeAll, describe, expect, it } from 'vitest';
import { PREPARATIONS } from '../src/preparations.ts';
import { everythingAsked, type Asked } from './support/recorded-commands.ts';
import { conversationsNamed, sweepOf } from './support/shard-key.ts';
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

/** Every shard would be asked, although the purpose is not all conversations. */
const goesEverywhere = (asked: Asked): boolean =>
  conversationsNamed(asked) === null && sweepOf(asked) === null;

const isAnswered = (asked: Asked): boolean =>
  (indexes[asked.collection] ?? []).some((keys) => answers(keys, asked));

describe('what the log asks a server for', needs('mongodb'), () => {
  const server = TestServer.forTheseTests();
  let asked: readonly Asked[];
  beforeAll(async () => {
    const fresh = await server.fresh();
    asked = await everythingAsked(fresh);
    await fresh.dispose();
  });

  it('is found by an index, in the order of that index', () => {
    expect(asked.length).toBeGreaterThan(30);
    expect(asked.filter((each) => !isAnswered(each))).toEqual([]);
  });

  it('names the conversation, by which a cluster shards, except in the sweeps over all of them', () => {
    expect(asked.filter(goesEverywhere)).toEqual([]);
    const sweeps = new Set(asked.map(sweepOf));
    expect(sweeps).toEqual(new Set([null, 'movedSince', 'placesAfter']));
  });
});

describe('a question', () => {
  const asking = (filter: object, sort: object = {}, collection = 'entries'): Asked => ({
    collection,
    filter,
    sort,
  });

  it('is not found by an index without a condition on its first key, or in another order', () => {
    expect(isAnswered(asking({ conversation: 'c' }, { seq: -1 }))).toBe(true);
    expect(isAnswered(asking({ seq: { $gt: 1 } }))).toBe(false);
    expect(isAnswered(asking({ conversation: 'c' }, { loud: 1 }))).toBe(false);
    expect(isAnswered(asking({}, { acceptedAt: -1 }))).toBe(false);
  });

  it('goes to every shard when it names no conversation, though an index finds it', () => {
    const oldest = asking({ acceptedAt: { $gte: 1 }, device: 'd' }, { acceptedAt: -1 });
    expect(isAnswered(oldest)).toBe(true);
    expect(goesEverywhere(oldest)).toBe(true);
    expect(goesEverywhere(asking({ conversation: { $gt: 'c' } }))).toBe(true);
    expect(goesEverywhere(asking({ device: 'd', clientId: 'i' }))).toBe(true);
    expect(goesEverywhere(asking({ 'tenure.term': 1 }, {}, 'logs'))).toBe(true);
    expect(goesEverywhere(asking({ _id: 'c' }))).toBe(true);
    expect(goesEverywhere(asking({ _id: 'c' }, {}, 'logs'))).toBe(false);
    expect(goesEverywhere(asking({ conversation: { $in: ['c', 'd'] }, seq: 1 }))).toBe(false);
  });
});
