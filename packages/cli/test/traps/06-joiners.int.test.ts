import type { Sealpost } from '@sealpost/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoryShows } from '../support/directory-shows.ts';
import { accountOf, eventually, reads, say, textsOf, World } from '../support/world.ts';
import { changesOf, talking, type Watched } from './support/people.ts';

/** The directory shows an account without one of its devices: to whoever asks, nobody certified that one. */
function hide(from: Watched, account: string, device: string): void {
  from.transport.lies = {
    answered: directoryShows(account, (record) => ({
      ...record,
      devices: record.devices.filter((one) => one.device !== device),
    })),
  };
}

describe(
  'trap 6, joiners: a device in the keys that its account did not certify',
  { timeout: 60_000 },
  () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open('mls');
    });
    afterEach(async () => {
      const { troubles } = world;
      await world.close();
      expect(troubles).toEqual([]);
    });

    /** Alice and Bob, and a further device of Bob that comes in by itself and is none of his, as far as Alice is shown. */
    async function haunted() {
      const { alice, bob, id } = await talking(world);
      const bobs = await accountOf(alice.device, 'bob');
      const quarantines: unknown[] = [];
      alice.device.on('quarantine', ({ suspects }) => quarantines.push(suspects));
      alice.transport.lies = {
        answered: directoryShows(bobs, (record) => ({
          ...record,
          devices: record.devices.slice(0, 1),
        })),
      };
      const ghost = await world.linked('bob', bob.device);
      const { device = '' } = (await ghost.me()) ?? {};
      await eventually(async () => quarantines.length > 0, 'the quarantine');
      hide(alice, bobs, device);
      return { alice, bob, ghost, device, bobs, id, quarantines };
    }

    const waits = async (of: Sealpost, id: string, text: string, by: readonly Sealpost[]) => {
      await say(of.conversation(id), text);
      await new Promise((resolve) => setTimeout(resolve, 300));
      for (const reader of by) expect(await textsOf(reader.conversation(id))).not.toContain(text);
    };

    it('is shown by name, and nothing is sent', async () => {
      const { alice, bob, ghost, device, bobs, id, quarantines } = await haunted();
      expect(quarantines[0]).toEqual([{ account: bobs, device }]);
      expect((await alice.device.conversation(id).info())?.suspects).toEqual([
        { account: bobs, device },
      ]);
      await waits(alice.device, id, 'not for a ghost', [bob.device, ghost]);
      expect(await alice.device.conversation(id).outgoing()).toMatchObject([{ state: 'waiting' }]);
    });

    it('forks nobody: what it and the others say and change is followed all the same', async () => {
      const { alice, bob, ghost, id } = await haunted();
      await say(bob.device.conversation(id), 'from bob');
      await ghost.conversation(id).refreshKeys();
      await say(ghost.conversation(id), 'from the ghost');
      await reads(alice.device, id, ['hello', 'hello you', 'from bob', 'from the ghost']);
      expect(await alice.device.conversation(id).info()).toMatchObject({ broken: false });
      expect(await changesOf(alice.device, id)).toEqual(await changesOf(bob.device, id));
    });

    it('is over when the device is taken out of the keys: what waited goes, and not to it', async () => {
      const { alice, bob, ghost, device, id } = await haunted();
      await waits(alice.device, id, 'for bob alone', [bob.device, ghost]);
      await bob.device.revokeDevice(device);
      await say(bob.device.conversation(id), 'it is gone');
      await eventually(
        async () => (await textsOf(bob.device.conversation(id))).includes('for bob alone'),
        'what waited',
      );
      expect((await alice.device.conversation(id).info())?.suspects).toEqual([]);
      expect(await textsOf(ghost.conversation(id))).not.toContain('for bob alone');
    });

    it('is over when a person has looked, and the device is certified', async () => {
      const { alice, bob, ghost, bobs, id } = await haunted();
      await waits(alice.device, id, 'for both of them', [bob.device, ghost]);
      alice.transport.lies = {};
      await alice.device.acceptAccountKey(bobs);
      for (const reader of [bob.device, ghost])
        await eventually(
          async () => (await textsOf(reader.conversation(id))).includes('for both of them'),
          'what waited',
        );
      expect((await alice.device.conversation(id).info())?.suspects).toEqual([]);
    });
  },
);
