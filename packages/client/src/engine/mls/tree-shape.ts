import { MAX_LEAVES } from './limits.ts';

type Node =
  | { readonly nodeType: 'leaf' }
  | {
      readonly nodeType: 'parent';
      readonly parent: { readonly unmergedLeaves: readonly number[] };
    };

/**
 * Whether a received tree has the shape of a tree: leaves at even, parents at odd positions, unmerged leaves rising,
 * there, below their node, and known to every node between (RFC 9420, 7.9.2). The library's own check walks from an
 * unmerged leaf to the root first, for ever if it lies outside, and refuses what is allowed (F16).
 */
export function hasTreeShape(tree: readonly (Node | undefined)[]): boolean {
  const width = (tree.length + 1) / 2;
  return (
    width <= MAX_LEAVES &&
    tree.every((node, at) => {
      if (node === undefined) return true;
      if (node.nodeType === 'leaf') return at % 2 === 0;
      const { unmergedLeaves } = node.parent;
      const rising = unmergedLeaves.every((leaf, i) => leaf > (unmergedLeaves[i - 1] ?? -1));
      return (
        at % 2 === 1 && rising && unmergedLeaves.every((leaf) => isUnmergedBelow(tree, at, leaf))
      );
    })
  );
}

/** Where the ancestor of a leaf on a level is; leaves are on level 0. */
const ancestorOf = (leaf: number, level: number): number =>
  Math.floor(leaf / 2 ** level) * 2 ** (level + 1) + 2 ** level - 1;

function isUnmergedBelow(tree: readonly (Node | undefined)[], at: number, leaf: number): boolean {
  if (tree[2 * leaf]?.nodeType !== 'leaf') return false;
  for (let level = 1; 2 ** level < tree.length; level++) {
    const above = ancestorOf(leaf, level);
    if (above === at) return true;
    const node = tree[above];
    if (node?.nodeType === 'parent' && !node.parent.unmergedLeaves.includes(leaf)) return false;
  }
  return false;
}
