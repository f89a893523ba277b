import { type Call, calls, clientEvents, decodeMsgpack, encodeMsgpack } from '@sealpost/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { junk } from './junk.ts';
import { Named } from './odd.ts';
import { rawJson } from './raw-json.ts';
import { rawMsgpack } from './raw-msgpack.ts';
import { resolved, twisted } from './twists.ts';
import { Values } from './values.ts';

const alice = new Named('alice', /account/, 'alice-1');
const values = new Values([alice]);
const meaning = (name: Named): unknown => name.like;

const inputs = [
  ...(Object.entries(calls) as [string, Call][]).flatMap(([name, call]) =>
    (['params', 'query', 'body'] as const).map(
      (place) => [`${place} of ${name}`, call[place]] as const,
    ),
  ),
  ...Object.entries(clientEvents).map(
    ([name, { payload }]) => [`payload of ${name}`, payload] as const,
  ),
];

describe('values for a schema', () => {
  it.each(inputs)('are what the schema takes: %s', async (_, schema) => {
    for (const value of fc.sample(values.valid(schema), { numRuns: 100, seed: 1 }))
      expect(schema.safeParse(await resolved(value, meaning)).error).toBeUndefined();
  });

  it.each(
    inputs.filter(([, schema]) => schema.safeParse({}).error && schema.safeParse(undefined).error),
  )('are nearly always refused when they are almost right: %s', async (_, schema) => {
    const tried = fc.sample(values.almost(schema), { numRuns: 200, seed: 1 });
    const sent = await Promise.all(tried.map((value) => resolved(value, meaning)));
    const taken = sent.filter((value) => schema.safeParse(value).success);
    expect(taken.length).toBeLessThan(60);
  });

  it('name what the world has, by their fields', () => {
    const drawn = fc.sample(values.valid(calls.account.params), { numRuns: 100, seed: 1 });
    expect(
      drawn.filter((value) => (value as { account: unknown }).account === alice).length,
    ).toBeGreaterThan(40);
  });
});

/** As JSON says it, which has no negative zero: the protocol writes that as 0. */
const anyJson = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe('hostile bytes', () => {
  it('are those of the protocol for what the protocol can say', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        fc.pre(
          JSON.stringify(value).isWellFormed() && !JSON.stringify(value).includes('__proto__'),
        );
        expect(decodeMsgpack(rawMsgpack(value))).toEqual(decodeMsgpack(encodeMsgpack(value)));
        expect(JSON.parse(rawJson(value).toString())).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('can be written of anything', () => {
    for (const value of fc.sample(junk, { numRuns: 500, seed: 1 })) {
      expect(rawMsgpack({ value }).length).toBeGreaterThan(0);
      expect(rawJson({ value }).length).toBeGreaterThan(0);
    }
  });
});

describe('a twist', () => {
  const value = { a: 1, b: [2, 3] };
  it.each([
    ['replace', 0, 'x'],
    ['replace', 1, { a: 'x', b: [2, 3] }],
    ['drop', 1, { b: [2, 3] }],
    ['add', 0, { ...value, m4rk3d: 'x' }],
    ['double', 3, { a: 1, b: [2, 2, 3] }],
    ['drop', 4, { a: 1, b: [2] }],
    ['replace', 8, { a: 1, b: ['x', 3] }],
  ] as const)('changes one place: %s at %i', (how, at, expected) => {
    expect(twisted(value, { how, at, by: 'x' })).toEqual(expected);
  });
});
