import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, equalBytes, hex, uint32, utf8 } from './bytes.ts';

describe('bytes', () => {
  it('of a text are its UTF-8 (RFC 3629)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8(text)).toEqual(new TextEncoder().encode(text));
      }),
    );
  });

  it('of texts with lone surrogates, which have no UTF-8, still differ from those of other texts', () => {
    const texts = ['\ud800', '\udc00', '\ud800a', '\ufffd', '\u{10000}'];
    expect(new Set(texts.map((text) => hex(utf8(text)))).size).toBe(texts.length);
  });

  it('are written in hex, joined and compared as Node does it', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(hex(a)).toBe(Buffer.from(a).toString('hex'));
        expect(concat([a, b, a])).toEqual(new Uint8Array(Buffer.concat([a, b, a])));
        const into = new Uint8Array(64).fill(9);
        expect(concat([a, b], into)).toEqual(concat([a, b]));
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
        expect(equalBytes(a, Uint8Array.from(a))).toBe(true);
      }),
    );
  });

  it('of a number are four, the highest first', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xff_ff_ff_ff }), (value) => {
        expect(Buffer.from(uint32(value)).readUInt32BE()).toBe(value);
      }),
    );
  });
});
