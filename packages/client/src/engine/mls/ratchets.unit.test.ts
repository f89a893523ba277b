import { describe, expect, it } from 'vitest';
import {
  blockOf,
  blocksOf,
  cutBlocks,
  decodePairs,
  decodeRatchets,
  encodeRatchets,
  joinBlocks,
  leavesIn,
  type RatchetPair,
} from './ratchets.ts';

const ratchet = (fill: number, generation: number) => ({
  secret: new Uint8Array(32).fill(fill),
  generation,
  unusedGenerations: {},
});
const pair = (fill: number): RatchetPair => ({
  handshake: ratchet(fill, fill),
  application: ratchet(fill + 1, 4_000_000_000),
});
/** The secret tree of so many leaves, each with another number. */
const tree = (leaves: number): RatchetPair[] =>
  Array.from({ length: 2 * leaves - 1 }, (_, at) => pair(at % 2 === 0 ? at : 255));

describe('ratchets', () => {
  it('are kept for the leaves of the secret tree and nothing else of it', () => {
    const blocks = encodeRatchets(tree(10));
    expect(Array.from(blocks, ([block, { length }]) => [block, length])).toEqual([
      [0, 8 * 72],
      [1, 2 * 72],
    ]);
    const decoded = decodeRatchets(10, blocks);
    expect(decoded).toHaveLength(19);
    expect([decoded[0], decoded[14], decoded[18]]).toEqual([pair(0), pair(14), pair(18)]);
    expect(decoded[1]?.application.secret).toHaveLength(0);
  });

  it('are missing where their block is, and their block is not written then', () => {
    const blocks = encodeRatchets(tree(20));
    const second = new Map([[1, blocks.get(1) ?? new Uint8Array()]]);
    const decoded = decodeRatchets(20, second);
    expect(decoded).toHaveLength(39);
    expect([decoded[14], decoded[32]]).toEqual([undefined, undefined]);
    expect([decoded[16], decoded[30]]).toEqual([pair(16), pair(30)]);
    expect(encodeRatchets(decoded)).toEqual(second);
  });

  it('are in one piece what they are in blocks', () => {
    for (const leaves of [1, 7, 8, 9, 16, 17]) {
      const blocks = encodeRatchets(tree(leaves));
      const whole = joinBlocks(blocks);
      expect([leavesIn(whole), blocks.size]).toEqual([leaves, blocksOf(leaves)]);
      expect(blockOf(leaves - 1)).toBe(blocks.size - 1);
      expect(cutBlocks(whole)).toEqual(blocks);
    }
  });

  it('decode to copies, which may be wiped', () => {
    const bytes = joinBlocks(encodeRatchets([pair(7)]));
    decodePairs(bytes)[0]?.application.secret.fill(0);
    expect(decodePairs(bytes)[0]).toEqual(pair(7));
  });

  it('are not stored while they hold a skipped key, nor a part of a block', () => {
    const { handshake, application } = pair(1);
    const unusedGenerations = { 3: new Uint8Array(32) };
    const keeping = { handshake, application: { ...application, unusedGenerations } };
    expect(() => encodeRatchets([keeping])).toThrow('a skipped generation was kept');
    expect(() => encodeRatchets([pair(1), pair(2), undefined])).toThrow('loaded in part');
  });
});
