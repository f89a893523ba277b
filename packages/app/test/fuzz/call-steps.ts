import { type Call, type CallName, calls } from '@sealpost/protocol';
import { junk, mark } from '@sealpost/testing/hostile';
import fc from 'fast-check';
import { type Any, by, odd, twisting, values } from './choices.ts';
import type { Credential } from './names.ts';
import { recipeNames } from './recipes.ts';
import type { CallStep, Dress } from './steps.ts';

/** Who is likely to be let in to a call. */
const byFor = ({ access }: Call): fc.Arbitrary<Credential> =>
  access === 'certified'
    ? fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom<Credential>('mallory', 'oscar') },
        { weight: 2, arbitrary: by },
      )
    : by;

const oddHeaders: readonly Readonly<Record<string, string>>[] = [
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/x-www-form-urlencoded' },
  { 'content-type': `application/json; charset=${mark}` },
  { 'content-type': 'APPLICATION/MSGPACK' },
  { 'content-type': '' },
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'identity' },
  { 'transfer-encoding': 'chunked' },
  { 'sealpost-protocol': '2' },
  { 'sealpost-protocol': mark },
  { 'sealpost-protocol': '1' },
  { 'sealpost-cookies': '1' },
  { 'sealpost-cookies': '1', origin: `https://${mark}.example` },
  { authorization: `Bearer ${mark}` },
  { authorization: `Basic ${mark}` },
  { authorization: `Bearer ${mark}.${mark}.${mark}` },
  { cookie: `sealpost_access=${mark}; sealpost_refresh=${mark}.${mark}` },
  { cookie: `__proto__=${mark}; sealpost_access=; =;;` },
  { 'x-forwarded-for': `${mark}, 1.2.3.4` },
  { 'x-forwarded-for': '::ffff:0:0:0:1%eth0' },
  { 'x-http-method-override': 'DELETE' },
  { expect: '100-continue' },
  { range: 'bytes=0-1' },
  { 'if-none-match': '*' },
  { accept: `${mark}/${mark}` },
  { accept: 'text/html, */*;q=0.1' },
];
const oddPaths = [
  '%zz',
  '%00',
  '%ff',
  '%2F%2e%2e%2f',
  '..',
  '.',
  '%',
  `${mark}%0d%0aset-cookie:a`,
  '%E2%82',
  '__proto__',
];
const oddQueries = [
  'limit=1&limit=2',
  '__proto__=1',
  'constructor[prototype][polluted]=1',
  'limit[]=1',
  'after=%00',
  '%zz=%zz',
  '&&&=',
  'limit=1e3',
  'limit=0x10',
  `${mark}=${mark}`,
];

const dress: fc.Arbitrary<Dress> = fc.record({
  form: fc.constantFrom('msgpack', 'json'),
  accept: fc.constantFrom('application/msgpack', 'application/json'),
  cut: odd(0, 25, fc.constantFrom(1, 2, 7, -1, -3)),
  headers: odd<Dress['headers']>({}, 12, fc.constantFrom(...oddHeaders)),
  path: odd<string | null>(null, 25, fc.constantFrom(...oddPaths)),
  query: odd('', 25, fc.constantFrom(...oddQueries)),
});

function inputs(name: CallName): Any {
  const call: Call = calls[name];
  const places = ['params', 'query', 'body'] as const;
  const good = Object.fromEntries(places.map((place) => [place, values.valid(call[place])]));
  const spoilt = places
    .filter((place) => Object.keys(shapeOf(call[place])).length > 0)
    .map((place) => fc.record({ ...good, [place]: values.almost(call[place]) }));
  const recipes = recipeNames.get(name) ?? [];
  return fc.oneof(
    { weight: 8, arbitrary: fc.record(good) as Any },
    ...(recipes.length > 0 ? [{ weight: 10, arbitrary: fc.constantFrom(...recipes) as Any }] : []),
    ...spoilt.map((arbitrary) => ({ weight: 3, arbitrary })),
    { weight: 1, arbitrary: fc.record({ ...good, body: junk }) },
  );
}

const shapeOf = (schema: Call['body']): object =>
  (schema._zod.def as { readonly shape?: object }).shape ?? {};

/** Passwords are slow on purpose, and what ends the caller leaves little to try afterwards. */
const rare: Partial<Record<CallName, number>> = {
  register: 1,
  logIn: 1,
  deleteAccount: 1,
  logOut: 2,
};
const often: Partial<Record<CallName, number>> = {
  append: 16,
  approveDevice: 6,
  claimBundles: 6,
  refresh: 6,
};

const callNames = Object.keys(calls) as CallName[];
/** A call of HTTP. */
export const callStep: fc.Arbitrary<CallStep> = fc.oneof(
  ...callNames.map((name) => ({
    weight: rare[name] ?? often[name] ?? 4,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      name: fc.constant(name),
      by: byFor(calls[name]),
      input: inputs(name),
      twists: twisting,
      dress,
    }),
  })),
);
