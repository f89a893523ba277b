import { describe, expect, it } from 'vitest';
import { encodeCredential } from './credential.ts';
import { treeDifference } from './tree-difference.ts';
import type { Leaf } from './views.ts';

const [alice, bob] = [
  { account: 'alice', device: 'phone' },
  { account: 'bob', device: 'phone' },
];
const leaf = (index: number, device: typeof alice, change: Partial<Leaf> = {}): Leaf => ({
  index,
  identity: encodeCredential(device),
  signatureKey: encodeCredential(device),
  encryptionKey: Uint8Array.of(index),
  fromKeyPackage: false,
  ...change,
});
const fresh = { encryptionKey: Uint8Array.of(77) };

describe('the difference of two trees', () => {
  it('is none for leaves that stayed or were refreshed', () => {
    const before = [leaf(0, alice), leaf(1, bob, { fromKeyPackage: true })];
    const after = [leaf(0, alice, fresh), leaf(1, bob, { fromKeyPackage: true })];
    expect(treeDifference(before, after, null)).toEqual({ added: [], removed: [] });
  });

  it('names who came and who went', () => {
    const difference = treeDifference([leaf(0, alice)], [leaf(1, bob)], null);
    expect(difference).toEqual({ added: [bob], removed: [alice] });
  });

  it('names a device whose leaf was made anew, or got another key, as both', () => {
    const readded = { ...fresh, fromKeyPackage: true };
    for (const change of [readded, { signatureKey: Uint8Array.of(1) }]) {
      const after = [leaf(0, alice, change)];
      const difference = treeDifference([leaf(0, alice)], after, null);
      expect(difference).toEqual({ added: [alice], removed: [alice] });
    }
  });

  it('names a device that came in by itself as come only', () => {
    const before = [leaf(0, alice), leaf(1, bob)];
    for (const after of [
      [leaf(0, alice), leaf(1, bob, fresh)],
      [leaf(0, bob, fresh), leaf(1, alice)].toReversed(),
    ]) {
      expect(treeDifference(before, after, bob).added).toContainEqual(bob);
      expect(treeDifference(before, after, bob).removed).not.toContainEqual(bob);
    }
  });
});
