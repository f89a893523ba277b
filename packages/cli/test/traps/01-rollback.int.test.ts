import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountOf, eventually, reads, say, textsOf, World } from '../support/world.ts';
import { changesOf, expectTalk, revived, talking } from './support/people.ts';

describe(
  'trap 1, rollback: a store that was restored from an older copy',
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

    it('encrypts nothing by its old keys: it reads, comes in with fresh ones, and only then sends', async () => {
      const { alice, bob, id } = await talking(world);
      const copy = bob.disk.snapshot();
      await say(bob.device.conversation(id), 'after the copy');
      await reads(alice.device, id, ['hello', 'hello you', 'after the copy']);
      await bob.device.close();

      const restored = await revived(world, copy);
      // What it wants to say is there before it could look at anything.
      await say(restored.device.conversation(id), 'from the copy');
      await restored.device.resume();
      const all = ['hello', 'hello you', 'after the copy', 'from the copy'];
      await reads(alice.device, id, all);
      const steps = restored.transport.left.filter((what) => ['append', 'send'].includes(what));
      expect(steps).toEqual(['append', 'send']);
      expect((await changesOf(alice.device, id)).at(-1)).toBe('external');
      await reads(restored.device, id, ['hello', 'hello you', '!restored_copy', 'from the copy']);
      await expectTalk(alice.device, restored.device, id);
    });

    it('is noticed also when what it lacks is a change of keys that it made itself', async () => {
      const { alice, bob, id } = await talking(world);
      const copy = bob.disk.snapshot();
      await bob.device.conversation(id).refreshKeys();
      await say(alice.device.conversation(id), 'under keys that the copy never had');
      await reads(bob.device, id, ['hello', 'hello you', 'under keys that the copy never had']);
      await bob.device.close();
      const restored = await revived(world, copy);
      await restored.device.resume();
      await eventually(
        async () => (await changesOf(alice.device, id)).length === 3,
        'the copy comes back from outside',
      );
      await expectTalk(alice.device, restored.device, id);
      expect((await textsOf(restored.device.conversation(id)))[2]).toMatch(/^!/);
      expect(await changesOf(alice.device, id)).toEqual(['found', 'member', 'external']);
    });

    it('is noticed in every conversation in which it shows, and nowhere else', async () => {
      const { alice, bob, id } = await talking(world);
      const carol = await world.registered('carol');
      const other = await carol.direct(await accountOf(carol, 'bob'));
      await say(other, 'to bob');
      await reads(bob.device, other.id, ['to bob']);
      const group = await alice.device.createGroup('quiet', [await accountOf(carol, 'bob')]);
      await eventually(
        async () => (await bob.device.conversation(group.id).info())?.keyed === true,
        'bob is in the group',
      );
      const copy = bob.disk.snapshot();
      for (const [conversation, reader] of [
        [id, alice.device],
        [other.id, carol],
      ] as const) {
        await say(bob.device.conversation(conversation), 'lost');
        await eventually(
          async () => (await textsOf(reader.conversation(conversation))).includes('lost'),
          'the message that the copy lacks',
        );
      }
      await bob.device.close();
      const restored = await revived(world, copy);
      await restored.device.resume();
      for (const [conversation, reader] of [
        [id, alice.device],
        [other.id, carol],
      ] as const) {
        await eventually(
          async () => (await changesOf(reader, conversation)).includes('external'),
          'the copy comes back from outside',
        );
        await expectTalk(reader, restored.device, conversation);
      }
      await expectTalk(alice.device, restored.device, group.id);
      expect(await changesOf(restored.device, group.id)).toEqual(['found']);
    });

    it('that runs beside the device itself takes its place, and both are understood again', async () => {
      const { alice, bob, id } = await talking(world);
      const reasons: (string | null)[] = [];
      bob.device.on(
        'connection',
        ({ state, reason }) => state === 'offline' && reasons.push(reason),
      );
      const clone = await revived(world, bob.disk.snapshot());
      await clone.device.resume();
      await eventually(async () => reasons.includes('superseded'), 'one connection for the device');
      await say(clone.device.conversation(id), 'from the clone');
      await reads(alice.device, id, ['hello', 'hello you', 'from the clone']);
      await say(bob.device.conversation(id), 'from the first one');
      await bob.device.resume();
      await eventually(
        async () => (await textsOf(alice.device.conversation(id))).includes('from the first one'),
        'the message of the first one',
      );
      // Nothing that was said reached anybody as noise.
      expect(
        (await textsOf(alice.device.conversation(id))).filter((text) => text.startsWith('!')),
      ).toEqual([]);
      expect((await changesOf(alice.device, id)).slice(1)).toContain('external');
    });

    it('that is older than the last renewal of its session is logged out, and says nothing to anybody', async () => {
      const { alice, bob, id } = await talking(world);
      const copy = bob.disk.snapshot();
      await bob.device.close();
      // Every device renews after some minutes, and whenever it starts.
      const later = await revived(world, bob.disk);
      await later.device.resume();
      await expectTalk(alice.device, later.device, id);
      const before = (await textsOf(alice.device.conversation(id))).length;

      const restored = await revived(world, copy);
      const ended: string[] = [];
      restored.device.on('loggedOut', ({ reason }) => ended.push(reason));
      await say(restored.device.conversation(id), 'from the copy');
      await restored.device.resume();
      await eventually(async () => ended.length > 0, 'being logged out');
      expect(restored.transport.left).not.toContain('send');
      expect(restored.transport.left).not.toContain('append');
      expect(await textsOf(alice.device.conversation(id))).toHaveLength(before);
      await expect(restored.device.devices()).rejects.toMatchObject({ code: 'not_logged_in' });
    });
  },
);
