import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, reads, say, textsOf, World } from '../support/world.ts';
import { changesOf, expectTalk, talking } from './support/people.ts';

const MiB = 1024 * 1024;

describe('trap 13, sizes: bytes without measure', { timeout: 60_000 }, () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open('mls');
  });
  afterEach(async () => {
    const { troubles } = world;
    await world.close();
    expect(troubles).toEqual([]);
  });

  it.each([3 * MiB, 8 * MiB])(
    'of %d in a message show that it cannot be read, and hold nothing up',
    async (length) => {
      const { alice, bob, id } = await talking(world);
      bob.transport.lies = {
        shown: (entry) =>
          entry.seq === 4
            ? { ...entry, parts: [{ audience: 'all', bytes: new Uint8Array(length).fill(1) }] }
            : entry,
      };
      await say(alice.device.conversation(id), 'huge');
      const began = performance.now();
      await eventually(
        async () => (await textsOf(bob.device.conversation(id))).length === 3,
        'the huge one',
      );
      expect(performance.now() - began).toBeLessThan(5_000);
      expect((await textsOf(bob.device.conversation(id)))[2]).toBe('!malformed');
      await say(alice.device.conversation(id), 'small');
      await reads(bob.device, id, ['hello', 'hello you', '!malformed', 'small']);
    },
  );

  it('in a change of keys bring the device back from outside, as any that it cannot follow', async () => {
    const { alice, bob, id } = await talking(world);
    bob.transport.lies = {
      shown: (entry) =>
        entry.kind === 'commit' && entry.seq === 4
          ? { ...entry, parts: [{ audience: 'all', bytes: new Uint8Array(MiB) }] }
          : entry,
    };
    await alice.device.conversation(id).refreshKeys();
    await eventually(
      async () => (await bob.device.conversation(id).info())?.cursor === 5,
      'bob is back',
    );
    expect(await changesOf(bob.device, id)).toEqual(['found', 'member', 'external']);
    await expectTalk(alice.device, bob.device, id);
  });

  it('in what joiners are offered are not decoded: the device starts new keys instead', async () => {
    const { alice, bob, id } = await talking(world);
    bob.transport.lies = {
      shown: (entry) =>
        entry.seq === 4
          ? { ...entry, parts: [{ audience: 'all', bytes: new Uint8Array(64) }] }
          : entry,
      answered: (name, value) =>
        name === 'joinInformation'
          ? { ...(value as object), bytes: new Uint8Array(3 * MiB) }
          : value,
    };
    const began = performance.now();
    await alice.device.conversation(id).refreshKeys();
    await eventually(
      async () => (await bob.device.conversation(id).info())?.cursor === 5,
      'new keys',
    );
    expect(performance.now() - began).toBeLessThan(10_000);
    await expectTalk(alice.device, bob.device, id);
  });
});
