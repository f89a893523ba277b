import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { paddedLength } from './padding.ts';

describe('the padded length', () => {
  it.each([
    [0, 256],
    [256, 256],
    [257, 512],
    [513, 1024],
    [1024, 1024],
    [1025, 1088],
    [2048, 2048],
    [2049, 2176],
    [10_000, 10_240],
    [65_536, 65_536],
    [65_537, 67_584],
  ])('of %i bytes is %i', (length, padded) => {
    expect(paddedLength(length)).toBe(padded);
  });

  it.prop([fc.integer({ min: 1025, max: 4_000_000 })])(
    'above 1,024 adds at most 12%, never shrinks, and is padded to itself',
    (length) => {
      const padded = paddedLength(length);
      expect(padded).toBeGreaterThanOrEqual(length);
      expect(padded).toBeLessThanOrEqual(length * 1.12);
      expect(paddedLength(length + 1)).toBeGreaterThanOrEqual(padded);
      expect(paddedLength(padded)).toBe(padded);
    },
  );

  it('takes few values over all lengths that a message can have', () => {
    const lengths = Array.from({ length: 98_304 }, (_, length) => paddedLength(length));
    expect(new Set(lengths).size).toBeLessThan(120);
  });
});
