import { localStoreContract } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { MemoryDisk } from './memory-disk.ts';
import { MemoryStore } from './memory-store.ts';

localStoreContract({
  name: 'memory',
  histories: 300,
  place: async () => {
    const disk = new MemoryDisk();
    return { open: () => MemoryStore.open(disk), dispose: async () => undefined };
  },
});

describe('a snapshot of a memory disk', () => {
  it('has what was durable when it was taken, and can be opened while the original is in use', async () => {
    const disk = new MemoryDisk();
    const store = await MemoryStore.open(disk);
    await store.commit(new Map([['a', new Uint8Array([1])]]));
    const crashed = disk.snapshot();
    await store.commit(
      new Map([
        ['a', new Uint8Array([2])],
        ['b', new Uint8Array([3])],
      ]),
    );

    const reopened = await MemoryStore.open(crashed);
    expect(await reopened.list('', { limit: 10 })).toEqual([
      { key: 'a', value: new Uint8Array([1]) },
    ]);
    await reopened.commit(new Map([['a', null]]));
    expect(await store.get('a')).toEqual(new Uint8Array([2]));
  });
});
