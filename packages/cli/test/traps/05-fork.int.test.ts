import { MemoryStore } from '@sealpost/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountOf, eventually, reads, say, textsOf, World } from '../support/world.ts';
import type { EntryShown } from './support/lying.ts';
import { changesOf, expectTalk, settable, talking, watched } from './support/people.ts';

const hour = 60 * 60_000;

interface Page {
  readonly entries: readonly EntryShown[];
}

/** A page in which each of two entries stands in the place of the other, under the digest that the place had. */
function swapped(first: number, second: number, { entries, ...rest }: Page): Page {
  const at = (seq: number) => entries.find((entry) => entry.seq === seq);
  const shown = entries.map((entry) => {
    const other = entry.seq === first ? at(second) : entry.seq === second ? at(first) : undefined;
    return other ? { ...other, seq: entry.seq, digest: entry.digest } : entry;
  });
  return { ...rest, entries: shown };
}

describe('trap 5, fork: members who are shown different logs', { timeout: 60_000 }, () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open('mls');
  });
  afterEach(async () => {
    const { troubles } = world;
    await world.close();
    expect(troubles).toEqual([]);
  });

  /** Alice and Bob with two messages of Alice that Bob was shown in the other order. */
  async function disagreeing(echoed: boolean) {
    const { alice, bob, id } = await talking(world);
    alice.transport.lies = { echoed };
    await bob.device.close();
    for (const text of ['pay Carol', 'pay Dave']) await say(alice.device.conversation(id), text);
    await reads(alice.device, id, ['hello', 'hello you', 'pay Carol', 'pay Dave']);
    const transport = bob.transport;
    transport.lies = {
      answered: (name, value) => (name === 'entries' ? swapped(4, 5, value as Page) : value),
    };
    const device = await world.device({ store: await MemoryStore.open(bob.disk), transport });
    await device.resume();
    await eventually(
      async () => (await device.conversation(id).info())?.cursor === 5,
      'bob has read the other order',
    );
    return { alice: alice.device, bob: device, transport, id };
  }

  it.each([
    { knows: 'from answers', echoed: false },
    { knows: 'as they are pushed', echoed: true },
  ])(
    'are found by the next message of one of them, and the other, who knows its own $knows, is shown that',
    async ({ echoed }) => {
      const { alice, bob, id } = await disagreeing(echoed);
      const told: string[] = [];
      alice.on('conversation', ({ conversation }) => told.push(conversation));
      await say(bob.conversation(id), 'which of them?');
      await eventually(
        async () => (await alice.conversation(id).info())?.forked === true,
        'the fork',
      );
      expect(told).toContain(id);
    },
  );

  it('send nothing more once one knows, whatever keys change in the background, until a person starts new keys', async () => {
    const { alice, bob, transport, id } = await disagreeing(false);
    await say(bob.conversation(id), 'which of them?');
    await eventually(
      async () => (await alice.conversation(id).info())?.forked === true,
      'the fork',
    );
    await say(alice.conversation(id), 'not into a fork');
    await alice.conversation(id).refreshKeys();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await alice.conversation(id).info())?.forked).toBe(true);
    expect(await textsOf(bob.conversation(id))).not.toContain('not into a fork');
    transport.lies = {};
    await alice.conversation(id).reset();
    await eventually(
      async () => (await textsOf(bob.conversation(id))).includes('not into a fork'),
      'what waited',
    );
    await expectTalk(alice, bob, id);
    expect(await changesOf(alice, id)).toEqual(['found', 'member', 'found']);
  });

  it('of keys come back from outside once an hour at most; after that it is shown and waits for a person', async () => {
    const { clock, advance } = settable();
    const { alice, bob, id } = await talking(world);
    await bob.device.close();
    const { transport } = bob;
    let lying = true;
    // Each change of keys of Alice is shown to Bob as noise.
    transport.lies = {
      shown: (entry) =>
        lying && entry.kind === 'commit' && entry.sender.account !== bobs
          ? {
              ...entry,
              parts: entry.parts.map((part) => ({ ...part, bytes: new Uint8Array(64) })),
            }
          : entry,
    };
    const device = await world.device({
      store: await MemoryStore.open(bob.disk),
      transport,
      clock,
    });
    const bobs = (await device.me())?.account ?? '';
    await device.resume();
    const externals = async () =>
      (await changesOf(alice.device, id)).filter((mode) => mode === 'external').length;
    await alice.device.conversation(id).refreshKeys();
    await eventually(async () => (await externals()) === 1, 'the first return');
    await eventually(
      async () => (await device.conversation(id).info())?.broken === false,
      'bob is back',
    );
    await alice.device.conversation(id).refreshKeys();
    await eventually(
      async () => (await device.conversation(id).info())?.broken === true,
      'bob is out again',
    );
    await say(device.conversation(id), 'in vain');
    await say(alice.device.conversation(id), 'whatever is said');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await externals()).toBe(1);
    expect((await device.conversation(id).info())?.broken).toBe(true);
    expect(await device.conversation(id).outgoing()).toMatchObject([{ state: 'waiting' }]);
    // An hour later it tries by itself again.
    lying = false;
    advance(hour + 1);
    await say(alice.device.conversation(id), 'an hour later');
    await eventually(async () => (await externals()) === 2, 'the second return');
    await expectTalk(alice.device, device, id);
  });

  it('are not seen where there is none: members who come, go and talk at once do not disagree', async () => {
    const { alice, bob, id } = await talking(world);
    const carol = await watched(world, 'carol');
    const group = await alice.device.createGroup('all', [
      await accountOf(alice.device, 'bob'),
      await accountOf(alice.device, 'carol'),
    ]);
    for (const { device } of [bob, carol])
      await eventually(
        async () => (await device.conversation(group.id).info())?.keyed === true,
        'joining',
      );
    await Promise.all(
      [alice, bob, carol].flatMap(({ device }, who) =>
        Array.from({ length: 6 }, (_, n) => say(device.conversation(group.id), `${who} ${n}`)),
      ),
    );
    await bob.device.conversation(group.id).refreshKeys();
    for (const { device } of [alice, bob, carol]) {
      await eventually(
        async () => (await textsOf(device.conversation(group.id))).length === 18,
        'all that was said',
      );
      expect(await device.conversation(group.id).info()).toMatchObject({
        forked: false,
        broken: false,
      });
    }
    await expectTalk(alice.device, bob.device, id);
  });
});
