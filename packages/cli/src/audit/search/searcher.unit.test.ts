import { inspect } from 'node:util';
import * as zlib from 'node:zlib';
import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { type Canary, Searcher } from './searcher.ts';

type Encode = (bytes: Buffer) => Uint8Array;

const text =
  (encode: (bytes: Buffer) => string): Encode =>
  (bytes) =>
    Buffer.from(encode(bytes));
const percentOf = (bytes: Buffer): string =>
  [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** Whatever bytes hold. */
const ofBytes: Readonly<Record<string, Encode>> = {
  raw: (bytes) => bytes,
  hex: text((bytes) => bytes.toString('hex')),
  'hex in capitals': text((bytes) => bytes.toString('hex').toUpperCase()),
  'hex in pairs': text((bytes) => bytes.toString('hex').replaceAll(/..(?!$)/g, '$&:')),
  base64: text((bytes) => bytes.toString('base64')),
  'base64 without padding': text((bytes) => bytes.toString('base64').replaceAll('=', '')),
  'base64 in lines': text((bytes) => bytes.toString('base64').replaceAll(/.{16}/g, '$&\r\n')),
  base64url: text((bytes) => bytes.toString('base64url')),
  percent: text(percentOf),
  'list of bytes': text((bytes) => JSON.stringify([...bytes])),
  'JSON of bytes': text((bytes) => JSON.stringify(new Uint8Array(bytes))),
  'JSON of a Buffer': text((bytes) => JSON.stringify(bytes)),
  'bytes as Node shows them': text((bytes) => inspect(new Uint8Array(bytes))),
  gzip: (bytes) => zlib.gzipSync(bytes),
  zlib: (bytes) => zlib.deflateSync(bytes),
  'zlib without compression': (bytes) => zlib.deflateSync(bytes, { level: 0 }),
  zstd: (bytes) => zlib.zstdCompressSync(bytes),
  'base64 of gzip': text((bytes) => zlib.gzipSync(bytes).toString('base64')),
  'hex of zlib': text((bytes) => zlib.deflateSync(bytes).toString('hex')),
  'gzip of base64': (bytes) => zlib.gzipSync(bytes.toString('base64')),
  'percent of base64': text((bytes) => encodeURIComponent(bytes.toString('base64'))),
};

/** These show where they begin by nothing: they are found where a value begins. */
const whole: Readonly<Record<string, Encode>> = {
  deflate: (bytes) => zlib.deflateRawSync(bytes),
  brotli: (bytes) => zlib.brotliCompressSync(bytes),
  'base64 of brotli': text((bytes) => zlib.brotliCompressSync(bytes).toString('base64')),
};

const asciiJson = (value: string): string =>
  JSON.stringify(value).replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Only what text has. */
const ofText: Readonly<Record<string, (value: string) => Uint8Array>> = {
  'UTF-16LE': (value) => Buffer.from(value, 'utf16le'),
  'UTF-16BE': (value) => Buffer.from(value, 'utf16le').swap16(),
  'base64 of UTF-16LE': (value) => Buffer.from(Buffer.from(value, 'utf16le').toString('base64')),
  'percent of a component': (value) => Buffer.from(encodeURIComponent(value)),
  form: (value) => Buffer.from(new URLSearchParams({ value }).toString()),
  JSON: (value) => Buffer.from(JSON.stringify(value)),
  'JSON in ASCII': (value) => Buffer.from(asciiJson(value)),
  'JSON in JSON': (value) => Buffer.from(JSON.stringify(JSON.stringify({ value }))),
  'text as Node shows it': (value) => Buffer.from(inspect({ value }, { breakLength: Infinity })),
};

const canaryOf = (bytes: Uint8Array): Canary => ({ name: 'the canary', bytes });
const search = (canary: Uint8Array, bytes: Uint8Array) =>
  new Searcher([canaryOf(canary)]).search(bytes);
const names = (hits: readonly { canary: Canary }[]): string[] =>
  hits.map(({ canary }) => canary.name);

const noise = fc.uint8Array({ maxLength: 80 });
const bytes = fc.uint8Array({ minLength: 12, maxLength: 64 });
/** Of which nothing is left out by compressing: what is shorter than an id is not tried. */
const dense = fc
  .uniqueArray(fc.nat(255), { minLength: 16, maxLength: 64 })
  .map((values) => Uint8Array.from(values));
/** With a character that every escape changes, and more bytes than a chance would hit. */
const words = fc
  .tuple(fc.string({ unit: 'grapheme', minLength: 4, maxLength: 20 }), fc.uuid())
  .map(([some, unique]) => `${some} "ß☂😀\\ ${unique}`)
  // What is escaped differs between programs here, and nobody types it.
  .filter((value) => !/[\p{Cc}\u2028\u2029']/u.test(value) && value.isWellFormed());

describe.each(Object.entries(ofBytes))('bytes as %s', (_, encode) => {
  it.prop([noise, noise, bytes, noise, noise])(
    'are found wherever they stand',
    (before, within, canary, behind, after) => {
      // Text has ends: what comes before and after it is none of it.
      const end = Buffer.from('\n');
      const encoded = encode(Buffer.concat([within, canary, behind]));
      const place = Buffer.concat([before, end, encoded, end, after]);
      expect(names(search(canary, place))).toEqual(['the canary']);
    },
  );

  it.prop([noise, bytes, bytes, noise])(
    'are not found when they are others',
    (before, other, canary, after) => {
      const encoded = encode(Buffer.from(other));
      fc.pre(!Buffer.concat([before, other, after]).includes(Buffer.from(canary)));
      expect(search(canary, Buffer.concat([before, encoded, after]))).toEqual([]);
    },
  );
});

describe.each(Object.entries(whole))('a value that is %s', (_, encode) => {
  it.prop([noise, dense, noise])('is read', (before, canary, after) => {
    const value = encode(Buffer.concat([before, canary, after]));
    expect(names(search(canary, value))).toEqual(['the canary']);
  });
});

describe.each(Object.entries(ofText))('text as %s', (_, encode) => {
  it.prop([noise, words, words, words, noise])(
    'is found wherever it stands',
    (before, within, canary, behind, after) => {
      const end = Buffer.from('\n');
      const encoded = encode(`${within}${canary}${behind}`);
      const place = Buffer.concat([before, end, encoded, end, after]);
      expect(names(search(Buffer.from(canary), place))).toEqual(['the canary']);
    },
  );

  it.prop([noise, words, words])('is not found when it is another', (before, other, canary) => {
    fc.pre(!other.includes(canary));
    const place = Buffer.concat([before, encode(other)]);
    expect(search(Buffer.from(canary), place)).toEqual([]);
  });
});

describe('a search', () => {
  const canary = Buffer.from('correct horse battery');

  it.each([0, 1, 2])('finds base64 that begins %i bytes after a group of three', (shift) => {
    const place = Buffer.concat([Buffer.alloc(shift, 0xff), canary]).toString('base64');
    expect(search(canary, Buffer.from(place))).toMatchObject([{ encoding: `base64+${shift}` }]);
  });

  it('names the encodings from the outside in', () => {
    const place = zlib.gzipSync(JSON.stringify({ a: zlib.deflateSync(canary).toString('base64') }));
    expect(search(canary, place)).toMatchObject([{ encoding: 'gzip > base64 > zlib > raw' }]);
  });

  it('finds what a cut-off stream still holds', () => {
    const stream = zlib.gzipSync(Buffer.concat([canary, Buffer.alloc(10_000, 'x')]), { level: 0 });
    expect(search(canary, stream.subarray(0, 200))).toHaveLength(1);
  });

  it('tells each canary once, and several apart', () => {
    const one = { name: 'one', bytes: Buffer.from('first canary') };
    const other = { name: 'other', bytes: Buffer.from('second canary') };
    const hits = new Searcher([one, other]).search(
      Buffer.from(`second canary, ${one.bytes.toString('hex')}, second canary`),
    );
    expect(names(hits).toSorted()).toEqual(['one', 'other']);
  });

  it('refuses canaries so short that chance would find them', () => {
    expect(() => new Searcher([canaryOf(Buffer.alloc(11))])).toThrow(RangeError);
  });
});
