import { describe, expect, it } from 'vitest';
import { hasFreshPath } from './fresh-path.ts';
import type { Leaf } from './views.ts';

const leaf = (index: number, key: number): Leaf => ({
  index,
  identity: null,
  signatureKey: Uint8Array.of(9),
  encryptionKey: Uint8Array.of(key),
  fromKeyPackage: false,
});
const commit = { kind: 'commit', sender: 1, needsPath: true, active: true } as const;
const before = [leaf(0, 10), leaf(1, 11)];

describe('an update path', () => {
  it('shows in the committer having another encryption key', () => {
    expect(hasFreshPath(commit, before, [leaf(0, 10), leaf(1, 12)])).toBe(true);
    expect(hasFreshPath(commit, before, before)).toBe(false);
    expect(hasFreshPath(commit, before, [leaf(0, 77), leaf(1, 11)])).toBe(false);
    expect(hasFreshPath(commit, before, [leaf(0, 10)])).toBe(false);
  });

  it('is not asked of commits that only add, nor by a device that is out', () => {
    expect(hasFreshPath({ ...commit, needsPath: false }, before, before)).toBe(true);
    expect(hasFreshPath({ ...commit, active: false }, before, before)).toBe(true);
  });
});
