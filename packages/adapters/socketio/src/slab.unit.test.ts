import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { Slab } from './slab.ts';

describe('a slab', () => {
  it.prop([fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 20 })])(
    'answers copies that nothing touches any more, neither the original nor later copies',
    (originals) => {
      const slab = new Slab();
      const copies = originals.map((original) => {
        const given = original.slice();
        const copy = slab.copy(given);
        given.fill(255);
        return copy;
      });
      expect(copies).toEqual(originals);
    },
  );

  it('keeps at most so much alive for a small value, and gives a large one a buffer of its own', () => {
    const slab = new Slab();
    const sizes = Array.from({ length: 100 }, () => slab.copy(new Uint8Array(600)).buffer);
    expect(new Set(sizes).size).toBe(8);
    expect(Math.max(...sizes.map(({ byteLength }) => byteLength))).toBe(8 * 1024);
    expect(slab.copy(new Uint8Array(2_049)).buffer.byteLength).toBe(2_049);
  });

  it('answers plain arrays, also of a Buffer', () => {
    for (const length of [6, 6_000]) {
      const given = Buffer.alloc(length, 1);
      const copy = new Slab().copy(given);
      expect(Object.getPrototypeOf(copy)).toBe(Uint8Array.prototype);
      given.fill(2);
      expect(copy).toEqual(new Uint8Array(length).fill(1));
    }
  });
});
