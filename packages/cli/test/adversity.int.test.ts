import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoryShows } from './support/directory-shows.ts';
import { MemoryDisk, MemoryStore, WebTransport } from '@sealpost/client';
import { type Faults, FaultyTransport } from './support/faulty-transport.ts';
import { accountOf, eventually, password, reads, say, textsOf, World } from './support/world.ts';

describe('devices in adversity, MLS engine', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open('mls');
  });
  afterEach(async () => {
    const { troubles } = world;
    await world.close();
    expect(troubles).toEqual([]);
  });

  const behind = (faults: Faults): FaultyTransport =>
    new FaultyTransport(new WebTransport(world.url), faults);

  it('sends each message once when answers are lost at any point (G4)', async () => {
    const alice = await world.registered('alice');
    let calls = 0;
    const bob = await world.device({
      transport: behind({
        loseAnswer: (what) => ['send', 'append', 'refresh'].includes(what) && ++calls % 3 === 0,
      }),
    });
    await bob.register({ handle: 'bob', password, deviceName: 'flaky' }).catch(() =>
      eventually(
        () =>
          bob.resume().then(
            () => true,
            () => false,
          ),
        'registration',
      ),
    );
    const alicesId = await accountOf(bob, 'alice');
    await eventually(
      () =>
        bob.direct(alicesId).then(
          () => true,
          () => false,
        ),
      'opening',
    );
    const chat = await bob.direct(alicesId);
    const texts = Array.from({ length: 12 }, (_, i) => `message ${i}`);
    for (const text of texts) await say(chat, text);
    await reads(alice, chat.id, texts);
    await reads(bob, chat.id, texts);
    expect(calls).toBeGreaterThan(12);
  });

  it('notices that its store was restored from an older copy, comes back with fresh keys, and is understood', async () => {
    const alice = await world.registered('alice');
    const disk = new MemoryDisk();
    const bob = await world.device({ store: await MemoryStore.open(disk) });
    await bob.register({ handle: 'bob', password, deviceName: 'phone' });
    const chat = await bob.direct(await accountOf(bob, 'alice'));
    await say(chat, 'before the copy');
    await reads(bob, chat.id, ['before the copy']);
    const copy = disk.snapshot();
    await say(chat, 'after the copy');
    await reads(alice, chat.id, ['before the copy', 'after the copy']);
    await bob.close();

    const restored = await world.device({ store: await MemoryStore.open(copy) });
    await restored.resume();
    await say(restored.conversation(chat.id), 'from the restored one');
    await reads(alice, chat.id, ['before the copy', 'after the copy', 'from the restored one']);
    await reads(restored, chat.id, ['before the copy', '!restored_copy', 'from the restored one']);
    await say(alice.conversation(chat.id), 'I read you');
    await reads(restored, chat.id, [
      'before the copy',
      '!restored_copy',
      'from the restored one',
      'I read you',
    ]);
    expect((await restored.conversation(chat.id).info())?.broken).toBe(false);
  });

  it('sends nothing to devices that their account did not certify, until a person accepts the account', async () => {
    const transport = behind({});
    const alice = await world.device({ transport });
    await alice.register({ handle: 'alice', password, deviceName: 'phone' });
    const bob = await world.registered('bob');
    const chat = await alice.direct(await accountOf(alice, 'bob'));
    await say(chat, 'to the real bob');
    await reads(bob, chat.id, ['to the real bob']);
    const quarantined: string[] = [];
    alice.on('quarantine', ({ conversation }) => quarantined.push(conversation));
    const bobsId = await accountOf(alice, 'bob');
    const foreignKey = new Uint8Array(32).fill(7);
    transport.faults = {
      tamper: directoryShows(bobsId, (record) => ({ ...record, accountKey: foreignKey })),
    };
    await bob.conversation(chat.id).refreshKeys();
    await eventually(async () => quarantined.length > 0, 'the quarantine');
    await say(chat, 'not for a ghost');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await textsOf(bob.conversation(chat.id))).toEqual(['to the real bob']);
    transport.faults = {};
    await alice.acceptAccountKey(bobsId);
    await reads(bob, chat.id, ['to the real bob', 'not for a ghost']);
    expect(quarantined).toContain(chat.id);
  });

  it('goes on under new keys after a reset, and nobody waits for anybody', async () => {
    const [alice, bob] = await Promise.all([world.registered('alice'), world.registered('bob')]);
    const chat = await alice.direct(await accountOf(alice, 'bob'));
    await say(chat, 'old keys');
    await reads(bob, chat.id, ['old keys']);
    await bob.conversation(chat.id).reset();
    await say(chat, 'new keys');
    await say(bob.conversation(chat.id), 'new keys too');
    await eventually(async () => (await textsOf(chat)).length === 3, 'three messages');
    await reads(bob, chat.id, await textsOf(chat));
    expect((await textsOf(chat)).toSorted()).toEqual(['new keys', 'new keys too', 'old keys']);
  });

  it('keeps what was sent while offline and sends it in order on the next connection, also after a restart', async () => {
    const alice = await world.registered('alice');
    const disk = new MemoryDisk();
    const bob = await world.device({ store: await MemoryStore.open(disk) });
    await bob.register({ handle: 'bob', password, deviceName: 'phone' });
    const chat = await bob.direct(await accountOf(bob, 'alice'));
    await say(chat, 'online');
    await reads(alice, chat.id, ['online']);
    await bob.close();
    const kept = disk.snapshot();
    const offline = await world.device({
      store: await MemoryStore.open(kept),
      transport: behind({ loseAnswer: () => true }),
    });
    for (const text of ['offline 1', 'offline 2', 'offline 3'])
      await say(offline.conversation(chat.id), text);
    expect((await offline.conversation(chat.id).outgoing()).map(({ state }) => state)).toEqual([
      'waiting',
      'waiting',
      'waiting',
    ]);
    await offline.close();
    const back = await world.device({ store: await MemoryStore.open(kept) });
    await back.resume();
    await reads(alice, chat.id, ['online', 'offline 1', 'offline 2', 'offline 3']);
    expect(await back.conversation(chat.id).outgoing()).toEqual([]);
  });
});
