import { describe, expect, it } from 'vitest';
import { MAX_LEAVES } from './limits.ts';
import { hasTreeShape } from './tree-shape.ts';

const leaf = { nodeType: 'leaf' } as const;
const parent = (...unmergedLeaves: readonly number[]) =>
  ({ nodeType: 'parent', parent: { unmergedLeaves } }) as const;

describe('a tree', () => {
  it('has leaves and parents in their places and unmerged leaves within it', () => {
    expect(hasTreeShape([leaf])).toBe(true);
    expect(hasTreeShape([leaf, parent(), leaf])).toBe(true);
    expect(hasTreeShape([leaf, undefined, leaf, parent(0, 2, 3), leaf, undefined, leaf])).toBe(
      true,
    );
  });

  it('lists an unmerged leaf in every node between it and one that lists it, and not above (F16)', () => {
    const four = (left: ReturnType<typeof parent>, root: ReturnType<typeof parent>) =>
      hasTreeShape([leaf, left, leaf, root, leaf, undefined, leaf]);
    expect(four(parent(1), parent(1, 2))).toBe(true);
    expect(four(parent(1), parent())).toBe(true);
    expect(four(parent(), parent(1))).toBe(false);
    expect(four(parent(0), parent(1))).toBe(false);
  });

  it('has unmerged leaves that are there and below their node', () => {
    expect(hasTreeShape([leaf, parent(1), undefined])).toBe(false);
    expect(hasTreeShape([leaf, parent(2), leaf, parent(2), leaf, undefined, leaf])).toBe(false);
  });

  it('has no other shape', () => {
    expect(hasTreeShape([parent()])).toBe(false);
    expect(hasTreeShape([leaf, leaf, leaf])).toBe(false);
    expect(hasTreeShape([leaf, parent(2), leaf])).toBe(false);
    expect(hasTreeShape([leaf, parent(4_294_967_295), leaf])).toBe(false);
    expect(hasTreeShape([leaf, parent(1, 0), leaf])).toBe(false);
    expect(hasTreeShape([leaf, parent(1, 1), leaf])).toBe(false);
  });

  it('has a bounded number of leaves', () => {
    const nodes = (leaves: number) => Array.from({ length: 2 * leaves - 1 }, () => undefined);
    expect(hasTreeShape(nodes(MAX_LEAVES))).toBe(true);
    expect(hasTreeShape(nodes(2 * MAX_LEAVES))).toBe(false);
  });
});
