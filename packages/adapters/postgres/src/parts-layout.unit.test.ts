import type { Part } from '@sealpost/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut, readParts } from './parts-layout.ts';

const anyPart: fc.Arbitrary<Part> = fc.record({
  audience: fc.oneof(
    fc.constant('all' as const),
    fc.constant('joiners' as const),
    fc.array(fc.string(), { maxLength: 3 }),
  ),
  bytes: fc.uint8Array({ maxLength: 20 }),
});
const joined = (pieces: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(pieces));

describe('stored parts', () => {
  it('are read as they were given', () => {
    fc.assert(
      fc.property(fc.array(anyPart), (parts) => {
        const { layout, common, joiners } = layOut(parts);
        expect(readParts(layout, joined(common), joiners && joined(joiners))).toEqual(parts);
      }),
    );
  });

  it('are read without those for joiners once these are dropped', () => {
    fc.assert(
      fc.property(fc.array(anyPart), (parts) => {
        const { layout, common } = layOut(parts);
        expect(readParts(layout, joined(common), null)).toEqual(
          parts.filter(({ audience }) => audience !== 'joiners'),
        );
      }),
    );
  });

  it('need no layout for the commonest case, one part for all', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(layOut([{ audience: 'all', bytes }])).toEqual({
      layout: null,
      common: [bytes],
      joiners: null,
    });
  });

  it('share no memory with each other', () => {
    const [first, second] = readParts('[["all",2],["all",1]]', Uint8Array.of(1, 2, 3), null);
    expect(first?.bytes.buffer.byteLength).toBe(2);
    expect(second?.bytes.buffer.byteLength).toBe(1);
  });
});
