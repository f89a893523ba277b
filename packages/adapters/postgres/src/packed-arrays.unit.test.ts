import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packInt4s, packInt8s, packSparseTexts, packTexts } from './packed-arrays.ts';

/** Reads the binary format as its documentation in `array_recv` says. */
function unpack(packed: Buffer): { type: number; withNulls: boolean; elements: (Buffer | null)[] } {
  const count = packed.readInt32BE(12);
  const elements: (Buffer | null)[] = [];
  let at = 20;
  for (let index = 0; index < count; index++) {
    const length = packed.readInt32BE(at);
    elements.push(length === -1 ? null : packed.subarray(at + 4, at + 4 + length));
    at += 4 + Math.max(length, 0);
  }
  expect([packed.readInt32BE(0), packed.readInt32BE(16), at]).toEqual([1, 1, packed.length]);
  return { type: packed.readInt32BE(8), withNulls: packed.readInt32BE(4) === 1, elements };
}

const text = fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed());

describe('a packed array', () => {
  it('holds texts and nulls', () => {
    fc.assert(
      fc.property(fc.array(fc.option(text)), (values) => {
        const { type, withNulls, elements } = unpack(packTexts(values));
        expect(elements.map((element) => element?.toString('utf8') ?? null)).toEqual(values);
        expect([type, withNulls]).toEqual([25, values.includes(null)]);
      }),
    );
  });

  it('holds integers of 64 bits, as far as numbers are exact', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger()), (values) => {
        const { type, elements } = unpack(packInt8s(values));
        expect(elements.map((element) => Number(element?.readBigInt64BE()))).toEqual(values);
        expect(type).toBe(20);
      }),
    );
  });

  it('holds integers of 32 bits', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (values) => {
        const { type, elements } = unpack(packInt4s(values));
        expect(elements.map((element) => element?.readInt32BE())).toEqual(values);
        expect(type).toBe(23);
      }),
    );
  });

  it('of nulls alone is no array at all', () => {
    expect(packSparseTexts([null, null])).toBeNull();
    expect(unpack(packSparseTexts([null, 'a']) ?? Buffer.alloc(0)).elements).toHaveLength(2);
  });
});
