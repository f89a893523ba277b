import { describe, expect, it } from 'vitest';
import type { KnownEpoch } from './epoch-cache.ts';
import { EpochCache } from './epoch-cache.ts';

const known = (fill: number): KnownEpoch => ({
  digest: new Uint8Array(32).fill(fill),
  generation: 1,
  epoch: fill,
  keys: null,
  self: null,
  devices: [],
  leavesOf: () => [],
});
const digestOf = (fill: number) => new Uint8Array(32).fill(fill);

describe('the cache of decoded epochs', () => {
  it('serves the epoch of a digest, and no other of the conversation', () => {
    const cache = new EpochCache();
    const [first, second] = [known(1), known(2)];
    cache.add('c', first);
    expect(cache.find('c', digestOf(1))).toBe(first);
    expect(cache.find('c', digestOf(2))).toBeNull();
    expect(cache.find('d', digestOf(1))).toBeNull();
    cache.add('c', second);
    expect(cache.find('c', digestOf(1))).toBeNull();
    expect(cache.find('c', digestOf(2))).toBe(second);
  });

  it('keeps the 16 that were used last, and forgets what it is told to', () => {
    const cache = new EpochCache();
    for (let n = 0; n < 16; n += 1) cache.add(`c${n}`, known(n));
    expect(cache.find('c0', digestOf(0))).not.toBeNull();
    cache.add('c16', known(16));
    expect(cache.find('c1', digestOf(1))).toBeNull();
    expect(cache.find('c0', digestOf(0))).not.toBeNull();
    cache.forget('c0');
    expect(cache.find('c0', digestOf(0))).toBeNull();
  });
});
