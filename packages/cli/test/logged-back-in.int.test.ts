import { MemoryDisk, MemoryStore, type Sealpost, webSystem } from '@sealpost/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EndingTransport } from './support/ending-transport.ts';
import {
  accountOf,
  eventually,
  linkBoth,
  password,
  reads,
  say,
  textsOf,
  World,
} from './support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open('mls');
});
afterEach(async () => {
  const { troubles } = world;
  await world.close();
  expect(troubles).toEqual([]);
});

const reasonsOf = (device: Sealpost): string[] => {
  const reasons: string[] = [];
  device.on('loggedOut', ({ reason }) => reasons.push(reason));
  return reasons;
};

/** Alice with a phone and a laptop talks with Bob. */
async function talking(disk = new MemoryDisk()) {
  const phone = await world.device({ store: await MemoryStore.open(disk) });
  await phone.register({ handle: 'alice', password, deviceName: 'phone' });
  const transport = new EndingTransport(world.url);
  const laptop = await world.device({ transport });
  await laptop.logIn({ handle: 'alice', password, deviceName: 'laptop' });
  await linkBoth(laptop, phone);
  const bob = await world.registered('bob');
  const chat = await phone.direct(await accountOf(phone, 'bob'));
  await say(chat, 'one');
  for (const device of [laptop, bob]) await reads(device, chat.id, ['one']);
  /** From the laptop; resolves when the phone knows. */
  const logOutPhone = async (): Promise<void> => {
    const reasons = reasonsOf(phone);
    await transport.endOthers(laptop);
    await eventually(async () => reasons.length > 0, 'being told');
  };
  return { phone, laptop, bob, chat, transport, logOutPhone };
}

describe('a device whose session is over', { timeout: 60_000 }, () => {
  it('goes on as the same device, reads what came meanwhile and is read', async () => {
    const { phone, laptop, bob, chat, logOutPhone } = await talking();
    const before = await phone.me();
    await logOutPhone();
    await say(bob.conversation(chat.id), 'two');
    await say(chat, 'three');
    await reads(laptop, chat.id, ['one', 'two']);
    await phone.logBackIn({ password });
    await reads(phone, chat.id, ['one', 'two', 'three']);
    await reads(bob, chat.id, ['one', 'two', 'three']);
    const { session, refreshTokens, ...same } = (await phone.me()) ?? {};
    expect(before).toMatchObject(same);
    expect(session).not.toBe(before?.session);
    expect(refreshTokens).toHaveLength(1);
    // By its old keys: nobody had to bring it in again.
    const entries = await bob.conversation(chat.id).entries({ after: 0, limit: 100 });
    expect(entries.map(({ kind }) => kind)).toEqual(['change', 'message', 'message', 'message']);
  });

  it('is told so once, however often it tries', async () => {
    const { phone, logOutPhone } = await talking();
    const reasons = reasonsOf(phone);
    await logOutPhone();
    for (let attempt = 0; attempt < 3; attempt++)
      await expect(phone.devices()).rejects.toMatchObject({ kind: 'state', code: 'not_logged_in' });
    expect(reasons).toEqual(['session_revoked']);
    await phone.logBackIn({ password });
    await logOutPhone();
    expect(reasons).toHaveLength(2);
  });

  it('comes back after a restart, where its clock is a day wrong', async () => {
    const disk = new MemoryDisk();
    const { phone, bob, laptop, chat, transport } = await talking(disk);
    await phone.close();
    await transport.endOthers(laptop);
    const clock = { ...webSystem.clock, now: () => Date.now() + 24 * 60 * 60_000 };
    const again = await world.device({ store: await MemoryStore.open(disk), clock });
    const reasons = reasonsOf(again);
    await again.resume();
    await eventually(async () => reasons.length > 0, 'being told');
    await again.logBackIn({ password });
    await say(again.conversation(chat.id), 'two');
    await reads(bob, chat.id, ['one', 'two']);
    expect(reasons).toEqual(['invalid_token']);
  });

  it('stays out with a wrong password, and can try again', async () => {
    const { phone, bob, chat, logOutPhone } = await talking();
    await logOutPhone();
    await expect(phone.logBackIn({ password: 'not the password' })).rejects.toMatchObject({
      kind: 'refused',
      code: 'wrong_credentials',
    });
    expect(await textsOf(phone.conversation(chat.id))).toEqual(['one']);
    await phone.logBackIn({ password });
    await say(bob.conversation(chat.id), 'two');
    await reads(phone, chat.id, ['one', 'two']);
  });

  it('stays out when it was revoked, and keeps what it has', async () => {
    const { phone, laptop, chat } = await talking();
    const reasons = reasonsOf(phone);
    await laptop.revokeDevice((await phone.me())?.device ?? '');
    await eventually(async () => reasons.length > 0, 'being told');
    await expect(phone.logBackIn({ password })).rejects.toMatchObject({
      kind: 'refused',
      code: 'device_revoked',
    });
    expect(await textsOf(phone.conversation(chat.id))).toEqual(['one']);
    expect(await phone.me()).toMatchObject({ handle: 'alice', certified: true });
  });
});

describe('a device that has no proof', () => {
  it('is told that it is not logged in, or not certified', async () => {
    const fresh = await world.device();
    await expect(fresh.logBackIn({ password })).rejects.toMatchObject({
      kind: 'state',
      code: 'not_logged_in',
    });
    await world.registered('alice');
    await fresh.logIn({ handle: 'alice', password, deviceName: 'tablet' });
    await expect(fresh.logBackIn({ password })).rejects.toMatchObject({
      kind: 'state',
      code: 'not_certified',
    });
  });
});

describe('a device that is logged in', () => {
  it('can log back in all the same, and is connected once', async () => {
    const { phone, bob, chat } = await talking();
    const reasons: (string | null)[] = [];
    phone.on('connection', ({ reason }) => reasons.push(reason));
    await phone.logBackIn({ password });
    await say(bob.conversation(chat.id), 'two');
    await reads(phone, chat.id, ['one', 'two']);
    expect(reasons).not.toContain('superseded');
  });
});
