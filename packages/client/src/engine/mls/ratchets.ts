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

const SECRET_BYTES = 32;
const RATCHET_BYTES = SECRET_BYTES + 4;
const LEAF_BYTES = 2 * RATCHET_BYTES;

/**
 * The ratchets of a secret tree, which are used at its leaves only: 72 bytes a leaf, handshake before application,
 * secret before generation as u32.
 */
export function encodeRatchets(secretTree: readonly RatchetPair[]): Bytes {
  const leaves = secretTree.filter((_, at) => at % 2 === 0);
  const bytes = new Uint8Array(leaves.length * LEAF_BYTES);
  const view = new DataView(bytes.buffer);
  leaves.forEach(({ handshake, application }, leaf) => {
    [handshake, application].forEach(({ secret, generation, unusedGenerations }, side) => {
      if (Object.keys(unusedGenerations).length > 0) {
        throw new Error('a skipped generation was kept');
      }
      const at = leaf * LEAF_BYTES + side * RATCHET_BYTES;
      bytes.set(secret, at);
      view.setUint32(at + SECRET_BYTES, generation);
    });
  });
  return bytes;
}

/** The secret tree, of fresh copies, which may be wiped after use. */
export function decodeRatchets(stored: Bytes): RatchetPair[] {
  const bytes = new Uint8Array(stored);
  const view = new DataView(bytes.buffer);
  const ratchetAt = (at: number): Ratchet => ({
    secret: bytes.subarray(at, at + SECRET_BYTES),
    generation: view.getUint32(at + SECRET_BYTES),
    unusedGenerations: {},
  });
  const unused: Ratchet = { secret: new Uint8Array(), generation: 0, unusedGenerations: {} };
  const parent: RatchetPair = { handshake: unused, application: unused };
  return Array.from({ length: bytes.length / LEAF_BYTES }, (_, leaf) => ({
    handshake: ratchetAt(leaf * LEAF_BYTES),
    application: ratchetAt(leaf * LEAF_BYTES + RATCHET_BYTES),
  })).flatMap((pair, leaf) => (leaf === 0 ? [pair] : [parent, pair]));
}
