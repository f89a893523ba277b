import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoryShows } from './support/directory-shows.ts';
import { MemoryDisk, MemoryStore, WebTransport } from '@sealpost/client';
import { FaultyTransport, WithoutPushes } from './support/faulty-transport.ts';
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
    expect(await failed()).toBeGreaterThan(50);
  });

  it('keeps a change of keys that a failing server took all the same', async () => {
    let failing = false;
    const transport = new WithoutPushes(new WebTransport(world.url), {
      refuse: (what) => {
        if (!failing || what !== 'append') return null;
        failing = false;
        return { code: 'unavailable', retryAfterMs: 10 };
      },
    });
    const alice = await world.device({ transport });
    await alice.register({ handle: 'alice', password, deviceName: 'phone' });
    const bob = await world.registered('bob');
    const chat = await alice.direct(await accountOf(alice, 'bob'));
    await say(chat, 'before');
    await reads(bob, chat.id, ['before']);
    const broken: boolean[] = [];
    alice.on('conversation', () => {
      void chat.info().then((record) => broken.push(record?.broken ?? false));
    });
    failing = true;
    await chat.refreshKeys();
    expect(failing).toBe(false);
    await say(chat, 'after');
    await reads(bob, chat.id, ['before', 'after']);
    expect(broken).not.toContain(true);
    const changes = (await chat.entries({ after: 0, limit: 100 })).filter(
      (entry) => entry.kind === 'change',
    );
    expect(changes.map(({ change }) => change.mode)).toEqual(['found', 'member']);
  });

  it('sends nothing until it has learnt whether the devices in new keys are certified', async () => {
    let silent = false;
    let refused = 0;
    const transport = new FaultyTransport(new WebTransport(world.url), {
      refuse: (what) => {
        if (!silent || what !== 'accounts') return null;
        refused++;
        return { code: 'unavailable', retryAfterMs: 10 };
      },
    });
    const alice = await world.device({ transport });
    await alice.register({ handle: 'alice', password, deviceName: 'phone' });
    const bob = await world.registered('bob');
    const chat = await alice.direct(await accountOf(alice, 'bob'));
    await say(chat, 'before');
    await reads(bob, chat.id, ['before']);
    silent = true;
    await bob.conversation(chat.id).refreshKeys();
    await eventually(async () => refused > 1, 'alice asks again');
    await say(chat, 'for certified devices');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await textsOf(bob.conversation(chat.id))).toEqual(['before']);
    expect((await chat.info())?.suspects).toEqual([]);
    silent = false;
    await reads(bob, chat.id, ['before', 'for certified devices']);
  });

  it('sends what waited for new keys as soon as they are there', async () => {
    const transport = new FaultyTransport(new WebTransport(world.url), {});
    const alice = await world.device({ transport });
    await alice.register({ handle: 'alice', password, deviceName: 'phone' });
    const [bob, carol] = await Promise.all([world.registered('bob'), world.registered('carol')]);
    const carolsId = await accountOf(alice, 'carol');
    const chat = await alice.createGroup('three', [await accountOf(alice, 'bob'), carolsId]);
    await say(chat, 'to all');
    await reads(bob, chat.id, ['to all']);
    await reads(carol, chat.id, ['to all']);
    transport.faults = {
      tamper: directoryShows(carolsId, (record) => ({
        ...record,
        accountKey: new Uint8Array(32).fill(7),
      })),
    };
    await bob.conversation(chat.id).refreshKeys();
    await eventually(async () => (await chat.info())?.suspects.length === 1, 'the quarantine');
    await say(chat, 'not for a ghost');
    await chat.remove(carolsId);
    await reads(bob, chat.id, ['to all', 'not for a ghost']);
    expect(await textsOf(carol.conversation(chat.id))).toEqual(['to all']);
  });
});
