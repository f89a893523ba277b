import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configFrom, openStores, runPostgres, type Backends } from '@sealpost/app';
import {
  type Conversation,
  MemoryDisk,
  MemoryStore,
  type Sealpost,
  type Transport,
  WebTransport,
} from '@sealpost/client';
import { CachedLog, CutExpired } from '@sealpost/domain';
import { FaultyTransport, WithoutPushes } from './support/faulty-transport.ts';
import { accountOf, eventually, password, reads, say, textsOf, World } from './support/world.ts';

const keepMs = 30 * 24 * 60 * 60_000;
const folder = mkdtempSync(join(tmpdir(), 'sealpost-retention-'));
let database: Awaited<ReturnType<typeof runPostgres>>;
beforeAll(async () => {
  database = await runPostgres(join(folder, 'data'));
}, 60_000);
afterAll(async () => {
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a device that was away for longer than entries are kept', () => {
  let world: World;
  let storage: Backends;
  let disk: MemoryDisk;
  let alice: Sealpost;
  let bob: Sealpost;
  let chat: Conversation;
  let schemas = 0;

  beforeEach(async () => {
    const schema = `retention_${schemas++}`;
    const config = {
      profile: 'embedded' as const,
      storage: {
        kind: 'postgres' as const,
        url: database.url,
        schema,
        migrate: 'at-start' as const,
      },
      cookies: { secret: 'a secret of thirty-two characters' },
    };
    world = await World.open('mls', config);
    storage = await openStores(configFrom({ ...config, log: { level: 'silent' } }));
    disk = new MemoryDisk();
    alice = await world.registered('alice');
    bob = await world.device({ store: await MemoryStore.open(disk) });
    await bob.register({ handle: 'bob', password, deviceName: 'phone' });
    chat = await alice.direct(await accountOf(alice, 'bob'));
    await say(chat, 'one');
    await reads(bob, chat.id, ['one']);
  }, 60_000);
  afterEach(async () => {
    await storage.stop();
    await world.close();
  });

  /** What a process does whose clock is there already: everything until now is older than it is kept. */
  async function monthPasses(): Promise<void> {
    const now = Date.now() + 1;
    await eventually(async () => Date.now() > now);
    const log = new CachedLog(storage.stores.log, 10);
    const clock = { now: () => now + keepMs, monotonic: () => 0 };
    const meter = { count: () => undefined, observe: () => undefined };
    const cutting = new CutExpired({ log, clock, meter }, keepMs);
    while (!(await cutting.step()));
  }
  async function returns(
    transport: Transport = new WebTransport(world.url),
  ): Promise<Conversation> {
    bob = await world.device({ store: await MemoryStore.open(disk), transport });
    await bob.resume();
    return bob.conversation(chat.id);
  }
  const gapsOf = async (conversation: Conversation) =>
    (await conversation.entries({ after: 0, limit: 100 })).filter(
      (entry) => entry.kind === 'gap' && entry.reason === 'expired',
    );

  it('is told what it will never have, and reads on with the keys that it has when they are still those in force', async () => {
    await bob.close();
    await say(chat, 'two');
    await reads(alice, chat.id, ['one', 'two']);
    await monthPasses();
    await say(chat, 'three');
    const chatOfBob = await returns();
    await reads(bob, chat.id, ['one', 'three']);
    expect(await gapsOf(chatOfBob)).toEqual([{ kind: 'gap', seq: 3, to: 3, reason: 'expired' }]);
    await say(chatOfBob, 'four');
    await reads(alice, chat.id, ['one', 'two', 'three', 'four']);
    const commits = (await chat.entries({ after: 0, limit: 100 })).filter(
      ({ kind }) => kind === 'change',
    );
    expect(commits).toHaveLength(1);
  });

  it.each([
    { left: 'something that it cannot read', texts: ['three'] },
    { left: 'nothing', texts: [] },
  ])(
    'comes back into the conversation when the keys were changed meanwhile, and $left is left',
    { timeout: 60_000 },
    async ({ texts }) => {
      await bob.close();
      await say(chat, 'two');
      await chat.refreshKeys();
      await reads(alice, chat.id, ['one', 'two']);
      await monthPasses();
      for (const text of texts) await say(chat, text);
      await reads(alice, chat.id, ['one', 'two', ...texts]);
      let busy = 2;
      const transport = new FaultyTransport(new WebTransport(world.url), {
        refuse: (what) =>
          what === 'conversation' && busy-- > 0 ? { code: 'rate_limited', retryAfterMs: 1 } : null,
      });
      const chatOfBob = await returns(transport);
      await eventually(async () => {
        const info = await chatOfBob.info();
        return info?.keyed === true && !info.broken && info.rejoinedAt > 0 && !info.unjudged;
      }, 'coming back');
      expect(await gapsOf(chatOfBob)).toMatchObject([{ seq: 3, to: 4 }]);
      await say(chat, 'after');
      await say(chatOfBob, 'and back');
      const isRead = async (by: Conversation, text: string) => (await textsOf(by)).includes(text);
      await eventually(() => isRead(chatOfBob, 'after'), 'reading on');
      await eventually(() => isRead(chat, 'and back'), 'being read');
      expect(world.troubles).toEqual([]);
    },
  );

  it('learns that it was removed by an entry that it will never have', async () => {
    const friends = await alice.createGroup('Friends', [await accountOf(alice, 'bob')]);
    await eventually(async () => {
      const info = await bob.conversation(friends.id).info();
      return info?.keyed === true && !info.unjudged;
    }, 'the group');
    await bob.close();
    await friends.remove(await accountOf(alice, 'bob'));
    await say(friends, 'not for bob');
    await reads(alice, friends.id, ['not for bob']);
    await monthPasses();
    await returns();
    const friendsOfBob = bob.conversation(friends.id);
    await eventually(async () => (await friendsOfBob.info())?.status === 'left', 'being told');
    expect(await gapsOf(friendsOfBob)).toHaveLength(1);
  });

  it('asks before it sends again what may have been accepted and expired since (G4)', async () => {
    await bob.close();
    let crashed = disk;
    const transport = new FaultyTransport(new WebTransport(world.url), {
      loseAnswer: (what) => {
        // What the device has when it dies before it hears the answer.
        if (what === 'send') crashed = disk.snapshot();
        return false;
      },
    });
    let chatOfBob = await returns(transport);
    const sent = await say(chatOfBob, 'was it accepted?');
    await reads(alice, chat.id, ['one', 'was it accepted?']);
    await bob.close();
    await monthPasses();
    disk = crashed;
    chatOfBob = await returns();
    await eventually(
      async () => (await chatOfBob.outgoing()).some(({ state }) => state === 'failed'),
      'the question',
    );
    expect(await chatOfBob.outgoing()).toMatchObject([
      { clientId: sent, state: 'failed', error: 'uncertain' },
    ]);
    await say(chatOfBob, 'this is new');
    await reads(alice, chat.id, ['one', 'was it accepted?', 'this is new']);
    await chatOfBob.retry(sent);
    await reads(alice, chat.id, ['one', 'was it accepted?', 'this is new', 'was it accepted?']);
    expect(await chatOfBob.outgoing()).toEqual([]);
  });

  it('asks before it sends again also when it was running all the time, without a network (G4)', async () => {
    await bob.close();
    let isOffline = false;
    const transport = new WithoutPushes(new WebTransport(world.url), {
      loseAnswer: (what) => (isOffline ||= what === 'send'),
    });
    const chatOfBob = await returns(transport);
    const sent = await say(chatOfBob, 'was it accepted?');
    await reads(alice, chat.id, ['one', 'was it accepted?']);
    await monthPasses();
    // Somebody writes in the very moment in which the network is back, before anything could be read.
    transport.faults = {};
    await say(chatOfBob, 'this is new');
    await eventually(async () => (await gapsOf(chatOfBob)).length > 0, 'reading on', 60_000);
    await reads(alice, chat.id, ['one', 'was it accepted?', 'this is new']);
    expect(await chatOfBob.outgoing()).toContainEqual(
      expect.objectContaining({ clientId: sent, state: 'failed', error: 'uncertain' }),
    );
    expect(await chatOfBob.withdraw(sent)).toBe(true);
  });
});
