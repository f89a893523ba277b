import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { compareSafetyCode, safetyCode, safetyNumber, type SafetyParty } from './safety-number.ts';

const alice: SafetyParty = {
  accountId: 'alice-id',
  accountKey: Uint8Array.from({ length: 32 }, (_, at) => at),
};
const bob: SafetyParty = {
  accountId: 'böb',
  accountKey: Uint8Array.from({ length: 32 }, (_, at) => 255 - at),
};
// Computed apart from this code, with Python's hashlib.
const NUMBER = '280529028131119042341265159663281826619659970105317249345759';
const CODE =
  '01174563fb14a2f03337499e76246bafa6f3e8feeab9c611ea6b1039b3c5efc649' +
  'df35ba98768f05997454d7aab1fce2da2e630003eadb4e0c2ddde965f59fafd1';

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });
const parties = fc.record({ accountId: fc.string({ unit: 'grapheme' }), accountKey: keys });
const few = { numRuns: 6 };

describe('a safety number', () => {
  it('is the one of the construction in Signal', () => {
    expect(safetyNumber(alice, bob)).toBe(NUMBER);
  });

  it.prop([parties, parties], few)('is the same on both sides', (one, other) => {
    const number = safetyNumber(one, other);
    expect(number).toMatch(/^[0-9]{60}$/);
    expect(safetyNumber(other, one)).toBe(number);
  });

  it.prop([parties, parties, fc.nat({ max: 255 })], few)(
    'changes with any bit of either key, and with either id',
    (one, other, bit) => {
      const flipped = one.accountKey.map((byte, at) =>
        at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte,
      );
      const number = safetyNumber(one, other);
      const changed = { ...one, accountKey: flipped };
      expect(safetyNumber(changed, other)).not.toBe(number);
      expect(safetyNumber(other, changed)).not.toBe(number);
      expect(safetyNumber({ ...one, accountId: `${one.accountId}x` }, other)).not.toBe(number);
    },
  );
});

describe('a safety code', () => {
  it('has a version and the fingerprints of both, its own first', () => {
    expect(Buffer.from(safetyCode(alice, bob)).toString('hex')).toBe(CODE);
  });

  it('matches on the other screen, and not on its own in a mirror', () => {
    expect(compareSafetyCode(safetyCode(bob, alice), alice, bob)).toBe('match');
    expect(compareSafetyCode(safetyCode(alice, bob), alice, bob)).toBe('mismatch');
  });

  it('does not match when any byte differs', () => {
    const shown = safetyCode(bob, alice);
    for (const at of [1, 32, 33, 64]) {
      const other = shown.map((byte, i) => (i === at ? byte ^ 0x80 : byte));
      expect(compareSafetyCode(other, alice, bob)).toBe('mismatch');
    }
  });

  it('of a later version or another length is told apart from a mismatch', () => {
    expect(compareSafetyCode(new Uint8Array([2, 1]), alice, bob)).toBe('unsupported_version');
    expect(compareSafetyCode(new Uint8Array(0), alice, bob)).toBe('malformed');
    expect(compareSafetyCode(safetyCode(bob, alice).subarray(0, 64), alice, bob)).toBe('malformed');
  });
});
