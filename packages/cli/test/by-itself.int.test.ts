import { WebTransport, webSystem } from '@sealpost/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultyTransport } from './support/faulty-transport.ts';
import { accountOf, eventually, linkBoth, password, reads, say, World } from './support/world.ts';

/** Waits as devices do, only not as long. */
const hurried = { after: (ms: number, run: () => void) => webSystem.timers.after(ms / 20, run) };

describe('what a device does by itself', { timeout: 60_000 }, () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open('mls');
  });
  afterEach(() => world.close());

  it('is to try a join again that a busy server refused in the background', async () => {
    const alice = await world.registered('alice');
    const bob = await world.registered('bob');
    const chats = [];
    for (const title of ['one', 'two', 'three'])
      chats.push(await alice.createGroup(title, [await accountOf(alice, 'bob')]));
    let asked = 0;
    const transport = new FaultyTransport(new WebTransport(world.url), {
      // The first time it enters its account's own conversation, which linking waits for.
      refuse: (what) =>
        what === 'joinInformation' && ++asked > 1 && asked < 6
          ? { code: 'unavailable', retryAfterMs: 10 }
          : null,
    });
    const tablet = await world.device({ transport, timers: hurried });
    await tablet.logIn({ handle: 'alice', password, deviceName: 'tablet' });
    await linkBoth(tablet, alice);
    for (const { id } of chats)
      await eventually(
        async () => (await tablet.conversation(id).info())?.keyed === true,
        'the tablet is in the keys',
      );
    expect(asked).toBeGreaterThan(6);
    for (const chat of chats) {
      await say(bob.conversation(chat.id), 'for all devices');
      await reads(tablet, chat.id, ['for all devices']);
    }
  });

  it('is to tell that somebody types, and nothing of what they type', async () => {
    const alice = await world.registered('alice');
    const transport = new WebTransport(world.url);
    const frames: unknown[] = [];
    const connect = transport.connect.bind(transport);
    transport.connect = (handshake, listener) =>
      connect(handshake, {
        closed: (why) => listener.closed(why),
        event: (name, payload) => {
          if (name === 'typing') frames.push(payload);
          listener.event(name, payload);
        },
      });
    const bob = await world.device({ transport });
    await bob.register({ handle: 'bob', password, deviceName: 'phone' });
    const told: unknown[] = [];
    bob.on('typing', (event) => told.push(event));
    const { id } = await alice.direct(await accountOf(alice, 'bob'));
    await say(alice.conversation(id), 'hello');
    await reads(bob, id, ['hello']);
    await alice.typing(id);
    await eventually(async () => told.length > 0, 'the sign of typing');
    const me = await alice.me();
    const event = { conversation: id, account: me?.account, device: me?.device };
    expect(told).toEqual([event]);
    expect(frames).toEqual([{ ...event, payload: new Uint8Array() }]);
  });

  it('is to count as unread what follows the mark, wherever in the log that is', async () => {
    const [alice, bob] = await Promise.all([world.registered('alice'), world.registered('bob')]);
    const chat = await alice.direct(await accountOf(alice, 'bob'));
    const marks: number[] = [];
    alice.on('receipts', ({ read }) => marks.push(read));
    const texts = ['1', '2', '3', '4', '5'];
    for (const text of texts) await say(chat, text);
    await reads(bob, chat.id, texts);
    const his = bob.conversation(chat.id);
    const unread = async () => {
      const { loud = 0, readLoud = 0 } = (await his.info()) ?? {};
      return loud - readLoud;
    };
    const seqOf = async (text: string) =>
      (await his.messages(20)).find(({ shown }) => shown.text === text)?.seq ?? 0;
    expect(await unread()).toBe(5);
    await his.markRead(await seqOf('3'));
    expect(await unread()).toBe(2);
    // A mark never goes back, and what changes messages counts as nothing.
    await his.markRead(await seqOf('1'));
    const [first] = await chat.messages(20);
    await chat.send({
      kind: 'reaction',
      target: {
        sender: first?.sender ?? { account: '', device: '' },
        clientId: first?.clientId ?? '',
      },
      emoji: '👍',
      on: true,
    });
    await say(chat, '6');
    await reads(bob, chat.id, [...texts, 'reaction', '6']);
    expect(await unread()).toBe(3);
    await his.markRead(await seqOf('5'));
    expect(await unread()).toBe(1);
    await his.markRead(1_000_000);
    expect(await unread()).toBe(0);
    await eventually(async () => marks.some((read) => read > 6), 'the mark, told to Alice');
  });

  it('is to look again when an answer is lost while a device is linked', async () => {
    const alice = await world.registered('alice');
    let looks = 0;
    const lossy = new FaultyTransport(new WebTransport(world.url), {
      loseAnswer: (what) => what === 'linkState' && ++looks % 2 === 1,
    });
    const tablet = await world.device({ transport: lossy, timers: hurried });
    await tablet.logIn({ handle: 'alice', password, deviceName: 'tablet' });
    const [fresh, old] = await linkBoth(tablet, alice);
    expect(fresh).toBe(old);
    expect(looks).toBeGreaterThan(1);
    const { device } = (await tablet.me()) ?? {};
    const mine = (await alice.devices()).find((one) => one.device === device);
    expect(mine?.status).toBe('certified');
  });
});
