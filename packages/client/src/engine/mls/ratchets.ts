import { concatBytes } from '../bytes.ts';
import type { Bytes } from '../engine.port.ts';

/** One of a leaf's two hash ratchets (RFC 9420, 9.1): the secret of the next generation, and its number. */
interface Ratchet {
  secret: Bytes;
  generation: number;
  unusedGenerations: Record<number, Bytes>;
}

export interface RatchetPair {
  handshake: Ratchet;
  application: Ratchet;
}

/** The ratchets of some leaves of an epoch, by the number of their block. */
export type Blocks = ReadonlyMap<number, Bytes>;

const SECRET_BYTES = 32;
const RATCHET_BYTES = SECRET_BYTES + 4;
const LEAF_BYTES = 2 * RATCHET_BYTES;
/** What a message rewrites, 576 bytes, and a commit so many records fewer than there are leaves. */
const LEAVES_PER_BLOCK = 8;
const BLOCK_BYTES = LEAVES_PER_BLOCK * LEAF_BYTES;

export const blockOf = (leaf: number): number => Math.floor(leaf / LEAVES_PER_BLOCK);
/** How many blocks there are for so many leaves. */
export const blocksOf = (leaves: number): number => Math.ceil(leaves / LEAVES_PER_BLOCK);

/**
 * The blocks that are in the secret tree, which is used at its leaves only: 72 bytes a leaf, handshake before
 * application, secret before generation as u32.
 */
export function encodeRatchets(secretTree: readonly (RatchetPair | undefined)[]): Blocks {
  const blocks = new Map<number, Bytes>();
  const width = (secretTree.length + 1) / 2;
  for (let first = 0; first < width; first += LEAVES_PER_BLOCK) {
    if (secretTree[2 * first] === undefined) continue;
    const end = Math.min(first + LEAVES_PER_BLOCK, width);
    blocks.set(blockOf(first), encodeBlock(secretTree, first, end));
  }
  return blocks;
}

function encodeBlock(
  secretTree: readonly (RatchetPair | undefined)[],
  first: number,
  end: number,
): Bytes {
  const bytes = new Uint8Array((end - first) * LEAF_BYTES);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (let leaf = first; leaf < end; leaf++) {
    const pair = secretTree[2 * leaf];
    if (pair === undefined) throw new Error('a block of ratchets was loaded in part');
    for (const { secret, generation, unusedGenerations } of [pair.handshake, pair.application]) {
      if (Object.keys(unusedGenerations).length > 0) {
        throw new Error('a skipped generation was kept');
      }
      bytes.set(secret, at);
      view.setUint32(at + SECRET_BYTES, generation);
      at += RATCHET_BYTES;
    }
  }
  return bytes;
}

/** The secret tree of so many leaves as far as there are blocks of it, of fresh copies, which may be wiped after use. */
export function decodeRatchets(leaves: number, blocks: Blocks): RatchetPair[] {
  const unused: Ratchet = { secret: new Uint8Array(), generation: 0, unusedGenerations: {} };
  const parent: RatchetPair = { handshake: unused, application: unused };
  // What is not loaded is missing: the library refuses to use it.
  const tree: RatchetPair[] = [];
  tree.length = 2 * leaves - 1;
  for (let at = 1; at < tree.length; at += 2) tree[at] = parent;
  for (const [block, bytes] of blocks)
    decodePairs(bytes).forEach((pair, at) => (tree[2 * (block * LEAVES_PER_BLOCK + at)] = pair));
  return tree;
}

/** The ratchets of leaves that stand next to each other. */
export function decodePairs(stored: Bytes): RatchetPair[] {
  const bytes = new Uint8Array(stored);
  const view = new DataView(bytes.buffer);
  const ratchetAt = (at: number): Ratchet => ({
    secret: bytes.subarray(at, at + SECRET_BYTES),
    generation: view.getUint32(at + SECRET_BYTES),
    unusedGenerations: {},
  });
  return Array.from({ length: bytes.length / LEAF_BYTES }, (_, leaf) => ({
    handshake: ratchetAt(leaf * LEAF_BYTES),
    application: ratchetAt(leaf * LEAF_BYTES + RATCHET_BYTES),
  }));
}

/** All blocks of an epoch in one piece. */
export const joinBlocks = (blocks: Blocks): Bytes => concatBytes(...blocks.values());

export function cutBlocks(whole: Bytes): Blocks {
  const blocks = new Map<number, Bytes>();
  for (let at = 0; at < whole.length; at += BLOCK_BYTES)
    blocks.set(at / BLOCK_BYTES, whole.slice(at, at + BLOCK_BYTES));
  return blocks;
}

export const leavesIn = (whole: Bytes): number => whole.length / LEAF_BYTES;
