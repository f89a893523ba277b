import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountOf, eventually, reads, say, World } from '../support/world.ts';
import type { Lying } from './support/lying.ts';
import { changesOf, expectTalk, revived, talking, watched } from './support/people.ts';

type Body = { readonly kind: string; readonly parts: readonly { readonly bytes: Uint8Array }[] };

/** The next change of keys that leaves says one thing in clear, and its ciphertext is noise; so is what joiners need. */
function wedge(transport: Lying): void {
  transport.lies = {
    said: (name, input) => {
      const body = input.body as Body | undefined;
      if (name !== 'append' || body?.kind !== 'commit') return input;
      transport.lies = {};
      const parts = body.parts.map((part) => ({
        ...part,
        bytes: part.bytes.map((byte) => byte ^ 90),
      }));
      return { ...input, body: { ...body, parts } as never };
    },
  };
}

const changed = (transport: Lying, change: Promise<unknown>): Promise<unknown> => {
  wedge(transport);
  return change.catch(() => undefined);
};

describe(
  'trap 7, wedged group: a change of keys that the log took and nobody can follow',
  { timeout: 60_000 },
  () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open('mls');
    });
    afterEach(() => world.close());

    it('is cured by new keys, which either side of a direct conversation starts by itself', async () => {
      const { alice, bob, id } = await talking(world);
      wedge(bob.transport);
      await bob.device.conversation(id).refreshKeys();
      await eventually(async () => (await changesOf(alice.device, id)).length === 3, 'new keys');
      await eventually(
        async () => (await bob.device.conversation(id).info())?.broken === false,
        'bob is back',
      );
      await expectTalk(alice.device, bob.device, id);
      expect(await changesOf(alice.device, id)).toEqual(['found', 'member', 'found']);
      expect(world.troubles).toEqual([]);
    });

    it('waits for an owner or admin in a group, and is shown until then', async () => {
      const [owner, mallory] = [await watched(world, 'owner'), await watched(world, 'mallory')];
      const bob = await watched(world, 'bob');
      const accounts = ['mallory', 'bob'].map((handle) => accountOf(owner.device, handle));
      const { id } = await owner.device.createGroup('three', await Promise.all(accounts));
      await say(owner.device.conversation(id), 'hello');
      for (const { device } of [mallory, bob]) await reads(device, id, ['hello']);
      await owner.device.close();
      await changed(mallory.transport, mallory.device.conversation(id).refreshKeys());
      await eventually(
        async () => (await bob.device.conversation(id).info())?.broken === true,
        'the members are out',
      );
      await eventually(async () => world.troubles.length > 0, 'that members may not');
      for (const trouble of world.troubles)
        expect(trouble).toMatchObject({ kind: 'refused', code: 'forbidden' });
      await say(bob.device.conversation(id), 'waits');
      expect(await bob.device.conversation(id).outgoing()).toMatchObject([{ state: 'waiting' }]);

      const back = await revived(world, owner.disk);
      await back.device.resume();
      await eventually(
        async () => (await bob.device.conversation(id).info())?.broken === false,
        'new keys for bob',
      );
      await expectTalk(back.device, bob.device, id);
      expect((await changesOf(bob.device, id)).slice(0, 3)).toEqual(['found', 'member', 'found']);
    });

    it('is cured once an hour by itself; more often only by a person', async () => {
      const { alice, bob, id } = await talking(world);
      await changed(bob.transport, bob.device.conversation(id).refreshKeys());
      await eventually(
        async () => (await changesOf(alice.device, id)).includes('member'),
        'a wedge',
      );
      for (const { device } of [alice, bob])
        await eventually(
          async () => (await device.conversation(id).info())?.broken === false,
          'the first cure',
        );
      const cured = (await changesOf(alice.device, id)).length;
      // Whoever cured it the first time is the one that must not do so again.
      const [curer, other] =
        ((await alice.device.conversation(id).info())?.rejoinedAt ?? 0) > 0
          ? [alice, bob]
          : [bob, alice];
      await other.device.close();
      await changed(curer.transport, curer.device.conversation(id).refreshKeys());
      await eventually(
        async () => (await curer.device.conversation(id).info())?.broken === true,
        'a second wedge',
      );
      await say(curer.device.conversation(id), 'waits');
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect(await curer.device.conversation(id).info()).toMatchObject({ broken: true });
      expect(await changesOf(curer.device, id)).toHaveLength(cured + 1);
      await curer.device.conversation(id).reset();
      const back = await revived(world, other.disk);
      await back.device.resume();
      await expectTalk(curer.device, back.device, id);
    });
  },
);
