import { anyPart, testDigest } from '@sealpost/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, hex, uint32, utf8 } from '../shared/bytes.ts';
import type { Part } from './entry.ts';
import { entryDigest } from './entry-digest.ts';

/** `*` and `+` stand for all and for joiners; no device can have these names. */
const anyNamed = anyPart.filter(
  ({ audience }) => typeof audience === 'string' || !audience.some((name) => /^[*+]$/.test(name)),
);
const digestOf = (parts: readonly Part[]): string => hex(entryDigest(testDigest, parts));
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('the digest of an entry', () => {
  it('differs whenever the parts do', () => {
    fc.assert(
      fc.property(
        fc.array(anyNamed, { maxLength: 3 }),
        fc.array(anyNamed, { maxLength: 3 }),
        (a, b) => {
          const same = JSON.stringify(plain(a)) === JSON.stringify(plain(b));
          expect(digestOf(a) === digestOf(b)).toBe(same);
        },
      ),
    );
  });

  it('tells parts apart that only their division makes different', () => {
    const all = (...pieces: Uint8Array[]): Part[] =>
      pieces.map((piece) => ({ audience: 'all', bytes: piece }));
    const digests = [
      all(bytes(1, 2)),
      all(bytes(1), bytes(2)),
      all(bytes(1, 2), bytes()),
      [{ audience: ['a', 'b'], bytes: bytes(1) }],
      [{ audience: ['ab'], bytes: bytes(1) }],
      [{ audience: ['b', 'a'], bytes: bytes(1) }],
      [{ audience: [], bytes: bytes(1) }],
      [{ audience: 'joiners' as const, bytes: bytes(1) }],
      [{ audience: 'all' as const, bytes: bytes(1) }],
    ].map(digestOf);
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('stays what it is: devices settle what they staged by it', () => {
    const parts: Part[] = [
      { audience: 'all', bytes: bytes(1, 2) },
      { audience: ['ß'], bytes: bytes() },
    ];
    expect(digestOf(parts)).toMatchInlineSnapshot(
      `"2e98f5bc6160b66774f9707bd5e2fdd62e334ad369556a627e8b4eb228bbccae"`,
    );
  });
});

describe('the digest of an entry, as SHA-256 of its form', () => {
  it('is the same for parts of every size, one after the other', () => {
    for (const size of [0, 16_000, 16_384, 70_000, 3]) {
      const part = new Uint8Array(size).fill(size);
      const form = concat([uint32(1), uint32(1), utf8('*'), uint32(size), part]);
      expect(entryDigest(testDigest, [{ audience: 'all', bytes: part }])).toEqual(
        testDigest.sha256(form),
      );
    }
  });
});

const plain = (parts: readonly Part[]) =>
  parts.map(({ audience, bytes: content }) => [audience, [...content]]);
