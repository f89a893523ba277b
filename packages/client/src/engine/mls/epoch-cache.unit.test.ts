import { describe, expect, it } from 'vitest';
import { EpochCache } from './epoch-cache.ts';
import { encodeEpoch, foundEpoch, newKeyPackage, newSignatureKeys } from './ts-mls.ts';
import { encodeCredential } from './credential.ts';
import { groupIdFor } from './position.ts';

const epochBytes = async (conversation: string) => {
  const identity = encodeCredential({ account: 'alice', device: 'phone' });
  const own = await newKeyPackage(identity, await newSignatureKeys());
  return encodeEpoch(await foundEpoch(groupIdFor(conversation, 1), own));
};

describe('the cache of decoded epochs', () => {
  it('serves the bytes that an epoch was decoded from, and no others', async () => {
    const cache = new EpochCache();
    const [first, second] = [await epochBytes('c'), await epochBytes('c')];
    const decoded = cache.decode('c', first);
    expect(cache.decode('c', first.slice())).toBe(decoded);
    expect(encodeEpoch(cache.decode('c', second))).toEqual(second);
    expect(encodeEpoch(cache.decode('c', first))).toEqual(first);
  });

  it('does not follow what happens to the bytes that it was given', async () => {
    const cache = new EpochCache();
    const bytes = await epochBytes('c');
    const kept = bytes.slice();
    const decoded = cache.decode('c', bytes);
    bytes.fill(0);
    expect(encodeEpoch(decoded)).toEqual(kept);
  });

  it('is bounded, and forgets what it is told to', async () => {
    const cache = new EpochCache();
    const bytes = await epochBytes('c');
    const first = cache.decode('c0', bytes);
    for (let n = 1; n <= 16; n += 1) cache.decode(`c${n}`, bytes);
    expect(cache.decode('c0', bytes)).not.toBe(first);
    const last = cache.decode('c16', bytes);
    expect(cache.decode('c16', bytes)).toBe(last);
    cache.forget('c16');
    expect(cache.decode('c16', bytes)).not.toBe(last);
  });
});
