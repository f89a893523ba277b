import { MemoryDisk, MemoryStore, type Sealpost, WebTransport } from '@sealpost/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultyTransport } from '../support/faulty-transport.ts';
import { accountOf, eventually, password, reads, say, World } from '../support/world.ts';
import { changesOf, expectTalk, revived, watched } from './support/people.ts';

/** Every kind of change of keys that a device makes by itself or for a person. */
const kinds: readonly (readonly [
  string,
  string,
  (device: Sealpost, id: string) => Promise<unknown>,
])[] = [
  ['refreshing keys', 'member', (device, id) => device.conversation(id).refreshKeys()],
  [
    'adding a member',
    'member',
    async (device, id) => device.conversation(id).add([await accountOf(device, 'dave')]),
  ],
  [
    'removing a member',
    'member',
    async (device, id) => device.conversation(id).remove(await accountOf(device, 'carol')),
  ],
  ['starting new keys', 'found', (device, id) => device.conversation(id).reset()],
];

describe('trap 3, lost acknowledgement', { timeout: 60_000 }, () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open('mls');
  });
  afterEach(async () => {
    const { troubles } = world;
    await world.close();
    expect(troubles).toEqual([]);
  });

  it.each(kinds)(
    'of %s, and a device that died before it could ask again: the change is there once and in force',
    async (_what, mode, change) => {
      const [bob] = [
        await watched(world, 'bob'),
        await watched(world, 'carol'),
        await watched(world, 'dave'),
      ];
      const disk = new MemoryDisk();
      const transport = new FaultyTransport(new WebTransport(world.url), {});
      const alice = await world.device({ store: await MemoryStore.open(disk), transport });
      await alice.register({ handle: 'alice', password, deviceName: 'phone' });
      const members = await Promise.all(['bob', 'carol'].map((name) => accountOf(alice, name)));
      const { id } = await alice.createGroup('three', members);
      await say(alice.conversation(id), 'before');
      await reads(bob.device, id, ['before']);
      let lost = 0;
      transport.faults = {
        // Neither the answer nor what follows it arrives.
        loseAnswer: (what) => (what === 'append' ? ++lost > 0 : lost > 0),
      };
      await change(alice, id).catch(() => undefined);
      expect(lost).toBeGreaterThan(0);
      const kept = disk.snapshot();
      await alice.close();
      const after = await revived(world, kept);
      await after.device.resume();
      await expectTalk(after.device, bob.device, id);
      expect(await changesOf(bob.device, id)).toEqual(['found', mode]);
      expect(await changesOf(after.device, id)).toEqual(['found', mode]);
    },
  );

  it('of coming back from outside: the device does so once', async () => {
    const { id, alice, bob, copy } = await aRestoredCopy(world);
    const transport = new FaultyTransport(new WebTransport(world.url), {});
    const restored = await world.device({ store: await MemoryStore.open(copy), transport });
    let lost = 0;
    transport.faults = { loseAnswer: (what) => what === 'append' && ++lost > 0 };
    await restored.resume();
    await eventually(async () => lost > 0, 'the lost answer');
    const kept = copy.snapshot();
    await restored.close();
    await bob.close();
    const after = await revived(world, kept);
    await after.device.resume();
    await expectTalk(after.device, alice, id);
    expect(await changesOf(alice, id)).toEqual(['found', 'external']);
  });
});

/** Bob's disk as it was before he said something that everybody has read. */
async function aRestoredCopy(world: World) {
  const [alice, bob] = [await watched(world, 'alice'), await watched(world, 'bob')];
  const chat = await alice.device.direct(await accountOf(alice.device, 'bob'));
  await say(chat, 'hello');
  await reads(bob.device, chat.id, ['hello']);
  const copy = bob.disk.snapshot();
  await say(bob.device.conversation(chat.id), 'not in the copy');
  await reads(alice.device, chat.id, ['hello', 'not in the copy']);
  await bob.device.close();
  return { id: chat.id, alice: alice.device, bob: bob.device, copy };
}
