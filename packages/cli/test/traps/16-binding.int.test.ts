import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountOf, eventually, reads, say, textsOf, World } from '../support/world.ts';
import type { EntryShown } from './support/lying.ts';
import { expectTalk, talking } from './support/people.ts';

describe(
  'trap 16, binding: a server that writes something else on the envelope',
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

    it.each<[string, (entry: EntryShown) => EntryShown]>([
      ['of another client id', (entry) => ({ ...entry, clientId: 'another' })],
      ['of another class', (entry) => ({ ...entry, class: 'quiet' })],
      [
        'from another device',
        (entry) => ({ ...entry, sender: { ...entry.sender, device: 'other' } }),
      ],
      [
        'from another account',
        (entry) => ({ ...entry, sender: { ...entry.sender, account: 'other' } }),
      ],
      [
        'that is a change of keys',
        (entry) => ({
          ...entry,
          parts: entry.parts.map((part) => ({ ...part, bytes: part.bytes.slice(1) })),
        }),
      ],
    ])('cannot pass a message off as one %s', async (_as, lie) => {
      const { alice, bob, id } = await talking(world);
      bob.transport.lies = { shown: (entry) => (entry.seq === 4 ? lie(entry) : entry) };
      await say(alice.device.conversation(id), 'the truth');
      await eventually(
        async () => (await textsOf(bob.device.conversation(id))).length === 3,
        'something in its place',
      );
      expect((await textsOf(bob.device.conversation(id)))[2]).toMatch(/^!(bad_auth|malformed)$/);
      // What follows is read, and tells Bob that Alice was shown something else in that place.
      await say(alice.device.conversation(id), 'still the truth');
      await eventually(
        async () => (await textsOf(bob.device.conversation(id))).at(-1) === 'still the truth',
        'what follows',
      );
      expect(await bob.device.conversation(id).info()).toMatchObject({
        forked: true,
        broken: false,
      });
    });

    it('is found out also where no message refers to the very entry: each refers to all before it', async () => {
      const { alice, bob, id } = await talking(world);
      bob.transport.lies = {
        shown: (entry) => (entry.seq === 4 ? { ...entry, clientId: 'another' } : entry),
      };
      // Both of these refer to what was there before them.
      alice.transport.lies = { deaf: true, echoed: true };
      for (const text of ['the truth', 'more of it'])
        await say(alice.device.conversation(id), text);
      await eventually(
        async () => (await textsOf(bob.device.conversation(id))).at(-1) === 'more of it',
        'what follows',
      );
      expect((await bob.device.conversation(id).info())?.forked).toBe(false);
      alice.transport.lies = {};
      await say(bob.device.conversation(id), 'I see');
      await eventually(
        async () => (await alice.device.conversation(id).info())?.forked === true,
        'Alice knows',
      );
      expect((await textsOf(alice.device.conversation(id))).at(-1)).toBe('I see');
    });

    it('cannot pass a message off as one of the receiver itself', async () => {
      const { alice, bob, id } = await talking(world);
      const me = await bob.device.me();
      const own = { account: me?.account ?? '', device: me?.device ?? '' };
      bob.transport.lies = {
        shown: (entry) => (entry.seq === 4 ? { ...entry, sender: own } : entry),
      };
      await say(alice.device.conversation(id), 'never said by bob');
      await eventually(
        async () => (await textsOf(bob.device.conversation(id))).length === 3,
        'something in its place',
      );
      expect((await textsOf(bob.device.conversation(id)))[2]).toMatch(/^!/);
      // To the device it looks as if its store were an older copy: it comes in with fresh keys, and all goes on.
      await eventually(
        async () => (await bob.device.conversation(id).info())?.broken === false,
        'bob is back',
      );
      await expectTalk(alice.device, bob.device, id);
    });

    it('cannot show a message in another conversation of the same people', async () => {
      const { alice, bob, id } = await talking(world);
      const { id: group } = await alice.device.createGroup('other', [
        await accountOf(alice.device, 'bob'),
      ]);
      await say(alice.device.conversation(group), 'to the group');
      await reads(bob.device, group, ['to the group']);
      const real: EntryShown[] = [];
      bob.transport.lies = { shown: (entry) => (real.push(entry), entry) };
      await say(alice.device.conversation(group), 'fire him');
      await reads(bob.device, group, ['to the group', 'fire him']);
      const moved = real.find(({ kind }) => kind === 'message');
      bob.transport.lies = {
        shown: (entry) => (entry.seq === 4 && moved ? { ...entry, ...moved, seq: 4 } : entry),
      };
      await say(alice.device.conversation(id), 'thank him');
      await eventually(
        async () => (await textsOf(bob.device.conversation(id))).length === 3,
        'something in its place',
      );
      expect((await textsOf(bob.device.conversation(id)))[2]).toMatch(/^!/);
    });

    it('cannot show a message twice, nor an old one as a new one', async () => {
      const { alice, bob, id } = await talking(world);
      const real: EntryShown[] = [];
      bob.transport.lies = { shown: (entry) => (real.push(entry), entry) };
      await say(alice.device.conversation(id), 'transfer 100');
      await reads(bob.device, id, ['hello', 'hello you', 'transfer 100']);
      const [once] = real.filter(({ seq }) => seq === 4);
      bob.transport.lies = {
        shown: (entry) => (entry.seq === 5 && once ? { ...once, seq: 5 } : entry),
      };
      await say(alice.device.conversation(id), 'and no more');
      await eventually(
        async () => (await textsOf(bob.device.conversation(id))).length === 4,
        'something in its place',
      );
      expect((await textsOf(bob.device.conversation(id))).slice(2)).toEqual([
        'transfer 100',
        '!consumed',
      ]);
    });
  },
);
