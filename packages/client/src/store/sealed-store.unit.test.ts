import { localStoreContract } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { MemoryDisk } from './memory-disk.ts';
import { MemoryStore } from './memory-store.ts';
import { nodeSealKeys } from './seal-keys.node.ts';
import { webSealKeys } from './seal-keys.web.ts';
import { openSealedStore } from './sealed-store.ts';

const key = new Uint8Array(32).fill(9);
const kinds = { 'Web Crypto': webSealKeys, Node: nodeSealKeys };

describe.each(Object.entries(kinds))('a store sealed by %s', (name, keys) => {
  const openOn = async (disk: MemoryDisk, storeKey = key) =>
    openSealedStore(await MemoryStore.open(disk), storeKey, keys);

  localStoreContract({
    name: `memory sealed by ${name}`,
    histories: 100,
    place: async () => {
      const disk = new MemoryDisk();
      return { open: () => openOn(disk), dispose: async () => undefined };
    },
  });

  it('leaves no value readable in the store below', async () => {
    const disk = new MemoryDisk();
    const store = await openOn(disk);
    await store.commit(new Map([['a', Buffer.from('a mark of some length')]]));
    const below = Buffer.concat([...disk.records.values()]);
    expect(below.includes('mark')).toBe(false);
    expect(below.length).toBeGreaterThan(21);
  });

  it('is refused under another key, and can be opened under its own afterwards', async () => {
    const disk = new MemoryDisk();
    await (await openOn(disk)).close();
    const other = Uint8Array.from(key, (byte, at) => (at === 31 ? byte ^ 1 : byte));
    await expect(openOn(disk, other)).rejects.toMatchObject({ code: 'wrong_key' });
    await (await openOn(disk)).close();
  });

  it('is refused over records that were written in clear', async () => {
    const disk = new MemoryDisk(new Map([['a', new Uint8Array([1])]]));
    await expect(openOn(disk)).rejects.toMatchObject({ code: 'insecure' });
    await expect(openOn(disk)).rejects.toMatchObject({ code: 'insecure' });
  });

  it('takes no key of another length', async () => {
    await expect(openOn(new MemoryDisk(), new Uint8Array(16))).rejects.toBeInstanceOf(RangeError);
  });

  it('calls a value corrupt that was moved to another record, altered or cut', async () => {
    const disk = new MemoryDisk();
    const store = await openOn(disk);
    await store.commit(new Map([['a', new Uint8Array([1, 2, 3])]]));
    const sealed = disk.records.get('a') ?? new Uint8Array(0);
    const altered = Array.from(sealed, (_, at) =>
      sealed.map((byte, i) => (i === at ? byte ^ 1 : byte)),
    );
    disk.write(
      new Map([
        ['b', sealed],
        ['c', sealed.subarray(0, 20)],
        ['d', new Uint8Array(0)],
      ]),
    );
    for (const moved of ['b', 'c', 'd']) {
      await expect(store.get(moved)).rejects.toMatchObject({ code: 'corrupt' });
    }
    for (const value of altered) {
      disk.write(new Map([['a', value]]));
      await expect(store.get('a')).rejects.toMatchObject({ code: 'corrupt' });
    }
    await expect(store.list('a', { limit: 1 })).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('never seals two values under one salt and nonce, and takes a new salt at each opening', async () => {
    const disk = new MemoryDisk();
    const seen: string[] = [];
    for (let opening = 0; opening < 3; opening += 1) {
      const store = await openOn(disk);
      for (let at = 0; at < 20; at += 1) {
        await store.commit(new Map([['a', new Uint8Array([7])]]));
        seen.push(Buffer.from(disk.records.get('a')?.subarray(1, 29) ?? []).toString('hex'));
      }
      await store.close();
    }
    expect(new Set(seen).size).toBe(60);
    expect(new Set(seen.map((header) => header.slice(0, 32))).size).toBe(3);
  });
});

it.each([
  [webSealKeys, nodeSealKeys],
  [nodeSealKeys, webSealKeys],
])('what one kind of keys sealed the other opens', async (sealing, opening) => {
  const disk = new MemoryDisk();
  const values = [0, 1, 16, 5_000].map((length) => new Uint8Array(length).fill(length));
  const sealed = await openSealedStore(await MemoryStore.open(disk), key, sealing);
  await sealed.commit(new Map(values.map((value) => [`of ${value.length}`, value])));
  await sealed.close();
  const opened = await openSealedStore(await MemoryStore.open(disk), key, opening);
  for (const value of values) expect(await opened.get(`of ${value.length}`)).toEqual(value);
});
