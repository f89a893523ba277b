import { describe, expect, it } from 'vitest';
import { decodeRatchets, encodeRatchets, type RatchetPair } from './ratchets.ts';

const ratchet = (fill: number, generation: number) => ({
  secret: new Uint8Array(32).fill(fill),
  generation,
  unusedGenerations: {},
});
const pair = (fill: number): RatchetPair => ({
  handshake: ratchet(fill, fill),
  application: ratchet(fill + 1, 4_000_000_000),
});

describe('ratchets', () => {
  it('are kept for the leaves of the secret tree and nothing else of it', () => {
    const tree = [pair(1), pair(99), pair(3)];
    const bytes = encodeRatchets(tree);
    expect(bytes).toHaveLength(2 * 72);
    const decoded = decodeRatchets(bytes);
    expect(decoded).toHaveLength(3);
    expect([decoded[0], decoded[2]]).toEqual([tree[0], tree[2]]);
    expect(decoded[1]?.application.secret).toHaveLength(0);
  });

  it('decode to copies, which may be wiped', () => {
    const bytes = encodeRatchets([pair(7)]);
    decodeRatchets(bytes)[0]?.application.secret.fill(0);
    expect(decodeRatchets(bytes)[0]).toEqual(pair(7));
  });

  it('are not stored while they hold a skipped key', () => {
    const { handshake, application } = pair(1);
    const unusedGenerations = { 3: new Uint8Array(32) };
    const keeping = { handshake, application: { ...application, unusedGenerations } };
    expect(() => encodeRatchets([keeping])).toThrow('a skipped generation was kept');
  });
});
