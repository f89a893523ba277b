import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryDisk, MemoryStore, WebTransport } from '@sealpost/client';
import { FaultyTransport } from './support/faulty-transport.ts';
import { accountOf, eventually, password, reads, say, textsOf, World } from './support/world.ts';

describe('what goes on by itself while the connection stays', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open('mls');
  });
  afterEach(async () => {
    await world.close();
  });

  it('catches up although an answer was lost on the way', async () => {
    const alice = await world.registered('alice');
    const disk = new MemoryDisk();
    const before = await world.device({ store: await MemoryStore.open(disk) });
    await before.register({ handle: 'bob', password, deviceName: 'phone' });
    const chat = await alice.direct(await accountOf(alice, 'bob'));
    await say(chat, 'one');
    await reads(before, chat.id, ['one']);
    await before.close();
    await say(chat, 'two');
    await say(chat, 'three');

    let lost = 0;
    const transport = new FaultyTransport(new WebTransport(world.url), {
      loseAnswer: (what) => what === 'entries' && lost++ === 0,
    });
    const bob = await world.device({ store: await MemoryStore.open(disk), transport });
    let caughtUp = 0;
    bob.on('caughtUp', () => caughtUp++);
    await bob.resume();
    await reads(bob, chat.id, ['one', 'two', 'three']);
    await eventually(async () => caughtUp > 0, 'caught up');
    expect(lost).toBeGreaterThan(1);
  });

  it('sends on past any number of messages that have failed', { timeout: 60_000 }, async () => {
    const [alice, bob] = await Promise.all([world.registered('alice'), world.registered('bob')]);
    const chat = await alice.direct(await accountOf(alice, 'bob'));
    await say(chat, 'before');
    await reads(bob, chat.id, ['before']);
    const alicesId = (await alice.me())?.account ?? '';
    await bob.block(alicesId);
    const failed = async () =>
      (await chat.outgoing()).filter(({ state }) => state === 'failed').length;
    // The server may remember for a moment that bob did accept alice.
    await eventually(async () => {
      await say(chat, 'refused');
      return (await failed()) > 0;
    }, 'the block');
    for (let index = 0; index < 50; index++) await say(chat, 'refused');
    await eventually(async () => (await failed()) > 50, 'more than a page have failed');
    await bob.unblock(alicesId);
    const chatOfBob = bob.conversation(chat.id);
    await eventually(async () => {
      await say(chat, 'after');
      return (await textsOf(chatOfBob)).includes('after');
    }, 'a message after the failed ones');
  });
});
