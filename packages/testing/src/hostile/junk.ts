import fc from 'fast-check';
import { Odd } from './odd.ts';
import { jsonMap } from './raw-json.ts';
import { msgpackDouble, msgpackList, msgpackMap, msgpackText } from './raw-msgpack.ts';

/** Stands in everything that is made up, so that it can be looked for where nothing of it may be. */
export const mark = 'm4rk3d';

const notUtf8 = [
  [0xff],
  [0xc3, 0x28],
  [0xed, 0xa0, 0x80],
  [0xf0, 0x9f, 0x92],
  [0xc0, 0x80],
  [0xef, 0xbb, 0xbf, 0x61],
].map(
  (bytes) =>
    new Odd(
      `text of bytes ${Buffer.from(bytes).toString('hex')}`,
      () => msgpackText(Buffer.from(bytes)),
      () => Buffer.concat([Buffer.from('"'), Buffer.from(bytes), Buffer.from('"')]),
    ),
);

const escapes = ['"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\\x"', '"open', 'NaN', '+1', '01'];
const jsonOnly = escapes.map(
  (text) =>
    new Odd(
      `JSON ${text}`,
      () => msgpackText(Buffer.from(text)),
      () => Buffer.from(text),
    ),
);

const numbers: readonly (readonly [string, number, string])[] = [
  ['not a number', Number.NaN, 'NaN'],
  ['infinity', Infinity, '1e400'],
  ['-infinity', -Infinity, '-1e400'],
  ['2^63', 2 ** 63, '9223372036854775808'],
  ['2^64', 2 ** 64, '18446744073709551616'],
  ['2^53', 2 ** 53, '9007199254740992'],
  ['-0', -0, '-0'],
  ['0.1', 0.1, '0.1'],
  ['5e-324', 5e-324, '5e-324'],
];
const oddNumbers = numbers.map(
  ([name, value, json]) =>
    new Odd(
      name,
      () => msgpackDouble(value),
      () => Buffer.from(json),
    ),
);
const exactIntegers = ['cfffffffffffffffff', 'd38000000000000000', 'cf0020000000000000'].map(
  (hex) =>
    new Odd(
      `MessagePack ${hex}`,
      () => Buffer.from(hex, 'hex'),
      () => Buffer.from('99999999999999999999'),
    ),
);
const broken = ['c1', 'd40100', 'c70501', 'd6ff00000000', 'dfffffffff', 'ddffffffff', 'dbffffffff']
  .map((hex) => Buffer.from(hex, 'hex'))
  .map(
    (bytes) =>
      new Odd(
        `MessagePack ${bytes.toString('hex')}`,
        () => bytes,
        () => Buffer.from('}'),
      ),
  );

const nested = (depth: number): Odd =>
  new Odd(
    `lists ${depth} deep`,
    () => Buffer.concat([Buffer.alloc(depth, 0x91), Buffer.of(0xc0)]),
    () => Buffer.from('['.repeat(depth) + ']'.repeat(depth)),
  );
const long = (length: number): Odd =>
  new Odd(
    `list of ${length}`,
    () => Buffer.concat([msgpackList(length), Buffer.alloc(length, 0xc0)]),
    () => Buffer.from(`[${Array.from({ length }, () => '0').join()}]`),
  );
const fat = (length: number): Odd =>
  new Odd(
    `text of ${length}`,
    () => msgpackText(Buffer.alloc(length, 0x61)),
    () => Buffer.from(`"${'a'.repeat(length)}"`),
  );

const map = (name: string, fields: readonly (readonly [string, unknown])[]): Odd =>
  new Odd(
    name,
    () => msgpackMap(fields),
    () => jsonMap(fields),
  );
const polluting = { polluted: mark, isAdmin: true, account: mark, certified: true, ok: true };
const prototypes = [
  map('__proto__', [['__proto__', polluting]]),
  map('constructor.prototype', [['constructor', { prototype: polluting }]]),
  map('prototype', [['prototype', polluting]]),
  map('toString and its like', [
    ['toString', mark],
    ['valueOf', mark],
    ['hasOwnProperty', mark],
    ['then', mark],
    ['toJSON', mark],
  ]),
  map('a field twice', [
    ['account', mark],
    ['account', polluting],
  ]),
];

/** What no honest client sends: broken, endless, deep, or after the prototypes of objects. */
export const oddValues: fc.Arbitrary<Odd> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...notUtf8, ...jsonOnly) },
  { weight: 3, arbitrary: fc.constantFrom(...oddNumbers, ...exactIntegers) },
  { weight: 2, arbitrary: fc.constantFrom(...broken) },
  { weight: 4, arbitrary: fc.constantFrom(...prototypes) },
  { weight: 2, arbitrary: fc.constantFrom(...[20, 33, 400, 9_000].map(nested)) },
  { weight: 1, arbitrary: fc.constantFrom(long(2_000), long(60_000), fat(70_000)) },
);

/** Names that mean something to JavaScript. */
export const dangerousNames = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  'then',
  '$where',
] as const;

const texts = [
  '',
  '\0',
  '\ufeffa',
  mark,
  `${mark}'); DROP TABLE accounts;--`,
  '../../etc/passwd',
  '%00',
  '💥'.repeat(40),
  'a'.repeat(65),
  'current',
  'null',
  ...dangerousNames,
];

/** Any value at all. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...texts) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 2 ** 53 - 1, -(2 ** 53), []),
  },
  { weight: 1, arbitrary: fc.constantFrom<unknown>({}, [[]], [null], { [mark]: mark }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 70 }) },
  { weight: 3, arbitrary: oddValues },
);
