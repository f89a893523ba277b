import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paddingOf } from './padding.ts';

const padded = (length: number): number => length + paddingOf(length);

describe('padding', () => {
  it('fills small messages to 256 bytes', () => {
    for (const length of [0, 1, 255, 256]) expect(padded(length)).toBe(256);
  });

  it('costs at most 12 % above that and never shrinks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 257, max: 2_000_000 }), (length) => {
        expect(padded(length)).toBeGreaterThanOrEqual(length);
        expect(padded(length)).toBeLessThanOrEqual(length * 1.12);
        expect(padded(padded(length))).toBe(padded(length));
      }),
    );
  });

  it('leaves few lengths to tell apart', () => {
    const lengths = Array.from({ length: 100_000 }, (_, length) => padded(length));
    expect(new Set(lengths).size).toBeLessThan(150);
  });
});
