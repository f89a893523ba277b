import { MemoryDisk, MemoryStore } from '@sealpost/client';
import { afterEach, describe, expect, it } from 'vitest';
import { accountOf, eventually, password, reads, say, textsOf, World } from '../support/world.ts';
import { changesOf, revived, settable, watched, type Watched } from './support/people.ts';

const hour = 60 * 60_000;
const day = 24 * hour;
const few = { limits: { oneTimeBundles: 2, refillBelow: 2 } };

/** What a device uploads from now on: how many one-time bundles, and whether a last resort. */
function uploadsOf({ transport }: Watched): [number, boolean][] {
  const uploads: [number, boolean][] = [];
  transport.lies = {
    said: (name, input) => {
      const body = input.body as { oneTime: unknown[]; lastResort: unknown } | undefined;
      if (name === 'uploadBundles' && body)
        uploads.push([body.oneTime.length, body.lastResort !== null]);
      return input;
    },
  };
  return uploads;
}

/** Private halves of bundles that the device holds. */
async function halvesOf({ disk }: Watched): Promise<string[]> {
  const store = await MemoryStore.open(disk.snapshot());
  const records = await store.list('engine/bundle/', { limit: 1_000 });
  await store.close();
  return records.map(({ key }) => key);
}

describe('trap 8, bundles: used up, used again, and old', { timeout: 60_000 }, () => {
  let world: World;
  afterEach(async () => {
    const { troubles } = world;
    await world.close();
    expect(troubles).toEqual([]);
  });

  it('are refilled to the limits of the server and never beyond', async () => {
    world = await World.open('mls', { limits: { oneTimeBundles: 3, refillBelow: 2 } });
    const bob = await watched(world, 'bob');
    expect((await halvesOf(bob)).length).toBe(3 + 1);
    const uploads = uploadsOf(bob);
    for (const name of ['carol', 'dave', 'erin', 'frank']) {
      const device = await world.registered(name);
      const chat = await device.direct(await accountOf(device, 'bob'));
      await say(chat, `from ${name}`);
      await reads(bob.device, chat.id, [`from ${name}`]);
    }
    await eventually(async () => uploads.length > 0, 'a refill');
    for (const [oneTime, lastResort] of uploads) {
      expect(oneTime).toBeGreaterThan(0);
      expect(oneTime).toBeLessThanOrEqual(3);
      expect(lastResort).toBe(false);
    }
    expect((await halvesOf(bob)).length).toBeLessThanOrEqual(3 + 1 + 1);
  });

  it('for one use lose their private half as soon as it has served', async () => {
    world = await World.open('mls', { limits: { oneTimeBundles: 4, refillBelow: 1 } });
    const bob = await watched(world, 'bob');
    const before = await halvesOf(bob);
    const alice = await world.registered('alice');
    const chat = await alice.direct(await accountOf(alice, 'bob'));
    await say(chat, 'hello');
    await reads(bob.device, chat.id, ['hello']);
    const after = await halvesOf(bob);
    expect(after).toHaveLength(before.length - 1);
    expect(before).toEqual(expect.arrayContaining(after));
  });

  it('that are used up give way to the last resort; who came in by it takes own keys soon, and leaves a fresh one', async () => {
    world = await World.open('mls', few);
    const bob = await watched(world, 'bob');
    await bob.device.close();
    const chats = [];
    for (const name of ['carol', 'dave', 'erin', 'frank']) {
      const device = await world.registered(name);
      const chat = await device.direct(await accountOf(device, 'bob'));
      await say(chat, `from ${name}`);
      await eventually(async () => (await chat.outgoing()).length === 0, 'the first message');
      chats.push({ name, device, id: chat.id });
    }
    const lastResort = (await halvesOf(bob)).length;
    const back = await revived(world, bob.disk);
    const uploads = uploadsOf(back);
    await back.device.resume();
    for (const { name, id } of chats) await reads(back.device, id, [`from ${name}`]);
    // Two came in by bundles of their own, two by the one that anybody else could have been given as well.
    for (const { id, device } of chats.slice(2))
      await eventually(
        async () => (await changesOf(device, id)).join() === 'found,member',
        'own keys',
      );
    for (const { id, device } of chats.slice(0, 2))
      expect(await changesOf(device, id)).toEqual(['found']);
    await eventually(async () => uploads.length > 0, 'the refill');
    expect(uploads).toEqual([[2, true]]);
    // The used one serves whoever was given it just before; the next one ends it.
    expect(await halvesOf(back)).toHaveLength(lastResort - 2 + 2 + 1);
    for (const { name, device, id } of chats) {
      await say(back.device.conversation(id), `to ${name}`);
      await reads(device, id, [`from ${name}`, `to ${name}`]);
    }
  });

  it('that nobody can use keep their own device out for a while, and nobody else', async () => {
    world = await World.open('mls');
    const { clock, advance } = settable();
    advance(3 * hour);
    const ahead: Watched[] = [];
    for (const name of ['bob', 'dave']) {
      const one = await revived(world, new MemoryDisk(), { clock });
      await one.device.register({ handle: name, password, deviceName: `${name}'s phone` });
      ahead.push(one);
    }
    const [alice, carol] = [await world.registered('alice'), await world.registered('carol')];
    const accounts = await Promise.all(
      ['bob', 'carol', 'dave'].map((name) => accountOf(alice, name)),
    );
    const group = await alice.createGroup('club', accounts);
    await say(group, 'to all');
    await reads(carol, group.id, ['to all']);
    for (const { device } of ahead)
      await eventually(async () => {
        const info = await device.conversation(group.id).info();
        return info?.keyed === true;
      }, 'coming in');
    await say(group, 'to those who came in');
    for (const { device } of ahead)
      await eventually(
        async () => (await textsOf(device.conversation(group.id))).includes('to those who came in'),
        'reading',
      );
    expect(await changesOf(alice, group.id)).toEqual(['found', 'external', 'external']);
  });

  it('of last resort are replaced after a week though nobody used them', async () => {
    world = await World.open('mls', few);
    const bob = await watched(world, 'bob');
    const { clock, advance } = settable();
    await bob.device.close();
    const again = await revived(world, bob.disk, { clock });
    const uploads = uploadsOf(again);
    let connections = 0;
    again.device.on('caughtUp', () => connections++);
    advance(6 * day);
    await again.device.resume();
    await eventually(async () => connections === 1, 'the connection');
    await again.device.close();
    expect(uploads).toEqual([]);
    const later = await revived(world, again.disk, { clock });
    const then = uploadsOf(later);
    advance(2 * day);
    await later.device.resume();
    await eventually(async () => then.length > 0, 'a new last resort');
    expect(then).toEqual([[0, true]]);
  });
});
