import { decode, Encoder } from '@msgpack/msgpack';
import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { CodecError, type CodecErrorReason } from './codec-error.ts';
import { decodeMsgpack, type DecodeLimits } from './decode-msgpack.ts';
import { encodeMsgpack, MAX_DEPTH, withMsgpack } from './encode-msgpack.ts';

const reasonOf = (call: () => unknown): CodecErrorReason | 'accepted' => {
  try {
    call();
    return 'accepted';
  } catch (error) {
    if (error instanceof CodecError) return error.reason;
    throw error;
  }
};

const encodingOf = (value: unknown) => reasonOf(() => encodeMsgpack(value));
const decodingOf = (bytes: readonly number[] | Uint8Array, limits?: DecodeLimits) =>
  reasonOf(() => decodeMsgpack(Uint8Array.from(bytes), limits));

const ascii = (text: string): number[] => [...Buffer.from(text)];

/** Values nested so that the innermost lies at the given depth. */
const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown =>
  depth === 1 ? 7 : wrap(nested(depth - 1, wrap));

const text = fc
  .string({ unit: 'binary' })
  .filter((candidate) => candidate.isWellFormed() && !candidate.startsWith('\uFEFF'));
const key = text.filter((candidate) => candidate !== '__proto__');

const { wire } = fc.letrec((tie) => ({
  wire: fc.oneof(
    { maxDepth: 6 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double().filter((number) => !Object.is(number, -0)),
    text,
    fc.uint8Array(),
    fc.array(tie('wire'), { maxLength: 20 }),
    fc.dictionary(key, tie('wire'), { maxKeys: 20, noNullPrototype: true }),
  ),
}));

function binariesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(binariesIn)
    : [];
}

describe('encodeMsgpack', () => {
  it.prop([fc.uint8Array(), fc.uint8Array(), fc.uint8Array()])(
    'writes exactly the bytes that a view shows, whatever lies around them',
    (before, shown, after) => {
      const whole = Uint8Array.of(...before, ...shown, ...after);
      const view = whole.subarray(before.length, before.length + shown.length);
      expect(encodeMsgpack({ view })).toEqual(encodeMsgpack({ view: shown }));
    },
  );

  it('writes a Buffer from the pool of Node as its bytes', () => {
    expect([...encodeMsgpack(Buffer.from('cipher'))]).toEqual([0xc4, 6, ...ascii('cipher')]);
  });

  it.prop([wire])('answers bytes that fill a buffer of their own', (value) => {
    const bytes = encodeMsgpack(value);
    expect(bytes.byteOffset).toBe(0);
    expect(bytes.buffer.byteLength).toBe(bytes.length);
    expect(bytes.buffer).not.toBe(encodeMsgpack(value).buffer);
  });

  it('answers bytes that a later call leaves alone, also after a very large one', () => {
    const first = encodeMsgpack('first');
    encodeMsgpack(new Uint8Array(1024 * 1024));
    encodeMsgpack('other');
    expect(decodeMsgpack(first)).toBe('first');
  });

  it('leaves out fields that are undefined', () => {
    expect(encodeMsgpack({ a: 1, b: undefined })).toEqual(encodeMsgpack({ a: 1 }));
  });

  it("leaves out what a map has from another one, as from a prototype that somebody's code spoiled", () => {
    const spoiled: object = Object.assign(Object.create(null), { inherited: 1 });
    const map: object = Object.assign(Object.create(spoiled), { own: 2 });
    expect(encodeMsgpack(map)).toEqual(encodeMsgpack({ own: 2 }));
  });

  it.prop([wire], { numRuns: 1_000 })('writes what the library msgpack writes', (value) => {
    const library = new Encoder({ ignoreUndefined: true });
    expect(encodeMsgpack(value)).toEqual(library.encode(value));
  });

  it('writes every width of a number and of a length as the library does', () => {
    const powers = Array.from({ length: 54 }, (_, bits) => 2 ** bits);
    const numbers = powers.flatMap((power) => [power - 1, power, -power, -power - 1]);
    const lengths = [0, 15, 16, 31, 32, 63, 64, 65, 255, 256, 65_535, 65_536];
    const values = [
      ...numbers,
      ...lengths.flatMap((length) => [
        'a'.repeat(length),
        'ä'.repeat(length),
        new Uint8Array(length),
        Array.from({ length }, () => 0),
        Object.fromEntries(Array.from({ length }, (_, at) => [`key ${at}`, at])),
      ]),
    ];
    const library = new Encoder();
    for (const value of values) expect(encodeMsgpack(value)).toEqual(library.encode(value));
  });

  it('may be asked for another value while it reads one', () => {
    const value = {
      get inner() {
        return encodeMsgpack('inner');
      },
      after: 'after',
    };
    expect(decodeMsgpack(encodeMsgpack(value))).toEqual({
      inner: encodeMsgpack('inner'),
      after: 'after',
    });
  });

  it('lends the same bytes, without a copy', () => {
    withMsgpack(['lent'], (bytes) => {
      expect(bytes).toEqual(encodeMsgpack(['lent']));
      expect(bytes.buffer.byteLength).toBeGreaterThan(bytes.length);
    });
  });

  it.each([
    ['an ArrayBuffer', new ArrayBuffer(4)],
    ['another kind of view', new Float64Array(1)],
    ['a DataView', new DataView(new ArrayBuffer(1))],
    ['a Date', new Date(0)],
    ['a Map', new Map([['a', 1]])],
    ['a Set', new Set([1])],
    ['an Error', new Error('secret')],
    ['an instance of a class', new (class Account {})()],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a bigint', 1n],
    ['a lone surrogate', '\uD800'],
    ['a leading byte order mark', `\uFEFF${'a'.repeat(300)}`],
  ])('refuses %s wherever it stands', (_name, value) => {
    expect(encodingOf(value)).toBe('unencodable');
    expect(encodingOf([1, value])).toBe('unencodable');
    expect(encodingOf({ deep: { field: value } })).toBe('unencodable');
  });

  it('refuses a key that reaches the prototype, and one that is no exact text', () => {
    expect(encodingOf(JSON.parse('{"__proto__":1}'))).toBe('forbidden_key');
    expect(encodingOf({ '\uDC00': 1 })).toBe('unencodable');
  });

  it('refuses a value that contains itself', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(encodingOf(circle)).toBe('unencodable');
  });
});

describe('decodeMsgpack', () => {
  it.prop([wire])('gives back what was encoded', (value) => {
    expect(decodeMsgpack(encodeMsgpack(value))).toEqual(value);
  });

  it.prop([fc.uint8Array({ maxLength: 32 })], { numRuns: 20_000 })(
    'reads what it takes as the library does',
    (bytes) => {
      if (decodingOf(bytes) !== 'accepted') return;
      expect(decodeMsgpack(bytes)).toEqual(decode(bytes));
    },
  );

  it('has its binaries made by who asks for it', () => {
    const frame = encodeMsgpack([Uint8Array.of(1, 2), { b: Uint8Array.of(3) }]);
    const views: Uint8Array[] = [];
    const copy = (view: Uint8Array): Uint8Array => {
      views.push(view);
      return Uint8Array.of(9);
    };
    expect(decodeMsgpack(frame, {}, copy)).toEqual([Uint8Array.of(9), { b: Uint8Array.of(9) }]);
    expect(views).toEqual([Uint8Array.of(1, 2), Uint8Array.of(3)]);
  });

  it('tells keys apart that share a place among those that are remembered', () => {
    const keys = Array.from({ length: 2_000 }, (_, at) => `k${at}`);
    const map = Object.fromEntries(keys.map((name, at) => [name, at]));
    for (const _ of [1, 2]) expect(decodeMsgpack(encodeMsgpack(map))).toEqual(map);
  });

  it.prop([wire, fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ maxLength: 8 })])(
    'gives binaries that own their buffers, also from a Buffer amid other bytes',
    (value, before, after) => {
      const bytes = encodeMsgpack(value);
      const frame = Buffer.concat([before, bytes, after]).subarray(
        before.length,
        before.length + bytes.length,
      );
      const decoded = decodeMsgpack(frame);
      expect(decoded).toEqual(value);
      for (const binary of binariesIn(decoded)) {
        expect(Object.getPrototypeOf(binary)).toBe(Uint8Array.prototype);
        expect(binary.buffer.byteLength).toBe(binary.length);
        expect(binary.buffer).not.toBe(frame.buffer);
      }
    },
  );

  it.prop([fc.uint8Array({ maxLength: 64 })], { numRuns: 20_000 })(
    'throws a CodecError or answers, whatever the bytes',
    (bytes) => {
      expect(() => decodingOf(bytes)).not.toThrow();
    },
  );

  it.prop([wire, fc.nat(), fc.nat({ max: 255 })], { numRuns: 5_000 })(
    'throws a CodecError or answers when a byte of a good frame is changed',
    (value, at, byte) => {
      const bytes = encodeMsgpack(value);
      bytes[at % bytes.length] = byte;
      expect(() => decodingOf(bytes)).not.toThrow();
    },
  );

  it.prop([wire, fc.nat()])('refuses a frame that is cut, and one that goes on', (value, at) => {
    const bytes = encodeMsgpack(value);
    expect(decodingOf(bytes.subarray(0, at % bytes.length))).toBe('malformed');
    expect(decodingOf([...bytes, 0])).toBe('malformed');
  });

  it.each<[string, CodecErrorReason, number[]]>([
    ['the type byte that is never used', 'malformed', [0xc1]],
    ['a byte 0x80 as text', 'malformed', [0xa1, 0x80]],
    [
      'text whose last character goes on in the next value',
      'malformed',
      [0x92, 0xa1, 0xc3, 0xa1, 0x61],
    ],
    ['a surrogate in UTF-8', 'malformed', [0xa3, 0xed, 0xa0, 0x80]],
    ['a leading byte order mark', 'malformed', [0xa3, 0xef, 0xbb, 0xbf]],
    ['an unsigned integer that is not exact', 'malformed', [0xcf, 0, 0x20, 0, 0, 0, 0, 0, 0]],
    ['a signed integer that is not exact', 'malformed', [0xd3, 0xff, 0xe0, 0, 0, 0, 0, 0, 0]],
    ['a number as key', 'forbidden_key', [0x81, 1, 1]],
    ['a binary as key', 'forbidden_key', [0x81, 0xc4, 1, 1, 1]],
    ['the key __proto__', 'forbidden_key', [0x81, 0xa9, ...ascii('__proto__'), 0x80]],
    ['a timestamp', 'extension', [0xd6, 0xff, 0, 0, 0, 0]],
    ['an extension of one byte', 'extension', [0xd4, 1, 1]],
    ['an extension with a length', 'extension', [0xc7, 1, 1, 1]],
  ])('refuses %s', (_name, reason, bytes) => {
    expect(decodingOf(bytes)).toBe(reason);
  });

  it('takes integers up to the last exact one', () => {
    for (const integer of [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])
      expect(decodeMsgpack(encodeMsgpack(integer))).toBe(integer);
  });

  it('reserves no memory for elements that are announced and never come', () => {
    const announced = Array.from({ length: 20 }, () => [0xdd, 0x01, 0xff, 0xff, 0xff]).flat();
    const before = process.memoryUsage().rss;
    expect(decodingOf(announced)).toBe('malformed');
    expect(decodingOf([0xdf, 0xff, 0xff, 0xff, 0xff, 0xa1, 0x61])).toBe('malformed');
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  it.each([
    ['arrays', (inner: unknown) => [inner]],
    ['maps', (inner: unknown) => ({ a: inner })],
  ])('takes %s as deep as the encoder writes them, and none deeper', (_name, wrap) => {
    const deepest = nested(MAX_DEPTH, wrap);
    expect(decodeMsgpack(encodeMsgpack(deepest))).toEqual(deepest);
    expect(encodingOf(nested(MAX_DEPTH + 1, wrap))).toBe('unencodable');
    const deeper = new Encoder().encode(nested(MAX_DEPTH + 1, wrap));
    expect(decodingOf(deeper)).toBe('too_deep');
    expect(decodingOf(deeper, { maxDepth: 1_000 })).toBe('too_deep');
  });

  it('keeps to the limits that it is given', () => {
    const bytes = encodeMsgpack([[1]]);
    expect(decodingOf(bytes, { maxDepth: 3, maxBytes: 3 })).toBe('accepted');
    expect(decodingOf(bytes, { maxDepth: 2 })).toBe('too_deep');
    expect(decodingOf(bytes, { maxBytes: 2 })).toBe('too_large');
    expect(decodingOf(encodeMsgpack({ a: [1] }), { maxValues: 4 })).toBe('accepted');
    expect(decodingOf(encodeMsgpack({ a: [1] }), { maxValues: 3 })).toBe('too_many');
  });

  it('names no byte of what it refuses', () => {
    const frame = Uint8Array.of(0xa6, ...ascii('secret'), 0);
    expect(() => decodeMsgpack(frame)).toThrow(/^codec refused: malformed$/);
  });
});
