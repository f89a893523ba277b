import { type Sealpost, WebTransport } from '@sealpost/client';
import { expect, it } from 'vitest';
import { WithoutPushes } from './support/faulty-transport.ts';
import { accountOf, password, reads, say, World } from './support/world.ts';

/** Alice, who hears of what others do only by reading, and for whom something happens while the server answers her. */
async function slowAlice(
  world: World,
): Promise<{ alice: Sealpost; outrunBy: (act: () => Promise<unknown>) => void }> {
  let act: (() => Promise<unknown>) | null = null;
  const transport = new WithoutPushes(new WebTransport(world.url), {
    meanwhile: async (what) => {
      const now = what === 'conversation' ? act : null;
      if (now) act = null;
      await now?.();
    },
  });
  const alice = await world.device({ transport });
  await alice.register({ handle: 'alice', password, deviceName: 'phone' });
  return { alice, outrunBy: (next) => (act = next) };
}

it('a change of keys that others outran between reading and asking breaks nobody', async () => {
  const world = await World.open('mls');
  try {
    const { alice, outrunBy } = await slowAlice(world);
    const bob = await world.registered('bob');
    const chat = await alice.direct(await accountOf(alice, 'bob'));
    const others = bob.conversation(chat.id);
    await say(chat, 'one');
    await reads(bob, chat.id, ['one']);

    outrunBy(() => others.refreshKeys());
    await chat.refreshKeys();
    await say(chat, 'two');
    await reads(bob, chat.id, ['one', 'two']);
    await say(others, 'three');
    await reads(bob, chat.id, ['one', 'two', 'three']);
    for (const conversation of [chat, others])
      expect((await conversation.info())?.broken).toBe(false);
    expect(world.troubles).toEqual([]);
  } finally {
    await world.close();
  }
});
