import { MAX_LEAVES } from './limits.ts';

type Node =
  | { readonly nodeType: 'leaf' }
  | {
      readonly nodeType: 'parent';
      readonly parent: { readonly unmergedLeaves: readonly number[] };
    };

/**
 * Whether a received tree has the shape of a tree: leaves at even, parents at odd positions, unmerged leaves rising and
 * within it. The library's own check walks from an unmerged leaf to the root first, for ever if it lies outside.
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
      return at % 2 === 1 && rising && (unmergedLeaves.at(-1) ?? 0) < width;
    })
  );
}
