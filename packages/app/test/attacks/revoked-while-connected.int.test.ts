import { MemoryFanOut } from '@sealpost/adapter-memory';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  aPerson,
  call,
  type Connected,
  connect,
  connected,
  type Person,
} from '../support/people.ts';
import { aGroup, aMessage, linkedDevice } from './support/devices.ts';
import { aServer } from './support/requests.ts';

/** Within which a revocation is everywhere (G6). */
const boundMs = 5_000;

afterEach(() => vi.restoreAllMocks());

/** Alice with two devices and Bob, all connected, in one group; what Alice's second device hears is written down. */
async function scene() {
  const { url } = await aServer();
  const [alice, bob] = [await aPerson(url, 'alice'), await aPerson(url, 'bob')];
  const lost = await linkedDevice(url, alice);
  const conversation = await aGroup(url, [alice, lost, bob]);
  const [mine, theirs, stolen] = [
    await connected(url, alice),
    await connected(url, bob),
    await connected(url, lost),
  ];
  const heard: string[] = [];
  stolen.socket.onAny((name: string) => heard.push(name));
  const close = (): void => [mine, theirs, stolen].forEach(({ socket }) => socket.close());
  return { url, alice, bob, lost, conversation, mine, theirs, stolen, heard, close };
}

const speak = async ({ socket }: Connected, conversation: string): Promise<void> =>
  void (await socket.emitWithAck('send', aMessage(conversation)));

/** How the session of a lost device ends. */
const endings: readonly (readonly [
  string,
  (url: string, alice: Person, lost: Person) => Promise<unknown>,
])[] = [
  [
    'that was revoked',
    (url, { accessToken: token }, { device }) =>
      call(url, ['DELETE', `/v1/devices/${device}`], { token }),
  ],
  [
    'whose session was ended by another device',
    (url, { accessToken: token }, { session }) =>
      call(url, ['DELETE', `/v1/sessions/${session}`], { token }),
  ],
  [
    'whose account was deleted',
    (url, { accessToken: token }) => call(url, ['DELETE', '/v1/account'], { token }),
  ],
];

describe('a connected device', () => {
  it.each(endings)(
    '%s is disconnected and hears nothing of what follows (G6)',
    async (_how, end) => {
      const { url, alice, lost, conversation, theirs, stolen, heard, close } = await scene();
      await speak(theirs, conversation);
      expect(await stolen.heard('entries')).toMatchObject({ conversation });
      const began = performance.now();
      expect(await end(url, alice, lost)).toMatchObject({ status: 200 });
      expect(await stolen.heard('closing')).toEqual({
        reason: 'session_revoked',
        retryAfterMs: null,
      });
      await stolen.heard('disconnect');
      expect(performance.now() - began).toBeLessThan(boundMs);
      heard.splice(0);
      const late = stolen.socket.emitWithAck('send', aMessage(conversation));
      await speak(theirs, conversation);
      await delay(100);
      expect(heard).toEqual([]);
      expect(await Promise.race([late, delay(100, 'no answer')])).toBe('no answer');
      const again = connect(url, { protocol: 1, accessToken: lost.accessToken, suites: [] });
      expect(await again.heard('connect_error')).toMatchObject({ message: 'unauthenticated' });
      const { accessToken: token } = lost;
      const path = `/v1/conversations/${conversation}/entries?incarnation=1&after=0`;
      expect((await call(url, ['GET', path], { token })).status).toBe(401);
      close();
    },
  );

  it('that was revoked is disconnected within five seconds although no process was told (G6)', async () => {
    const { url, alice, lost, conversation, theirs, stolen, heard, close } = await scene();
    vi.spyOn(MemoryFanOut.prototype, 'announce').mockImplementation(() => undefined);
    const gone = Promise.all([stolen.heard('closing'), stolen.heard('disconnect')]);
    await call(url, ['DELETE', `/v1/devices/${lost.device}`], { token: alice.accessToken });
    const acknowledged = performance.now();
    await gone;
    expect(performance.now() - acknowledged).toBeLessThan(boundMs);
    heard.splice(0);
    await speak(theirs, conversation);
    await delay(100);
    expect(heard).toEqual([]);
    const reply = await call(url, ['GET', '/v1/devices'], { token: lost.accessToken });
    expect(reply.status).toBe(401);
    close();
  });

  it('is not spared by a fresh token or a second connection', async () => {
    const { url, alice, lost, stolen, close } = await scene();
    const body = { refreshToken: lost.refreshToken, next: null };
    const { value } = await call(url, ['POST', '/v1/sessions/refresh'], { body });
    const fresh = value as Person;
    await stolen.socket.emitWithAck('authenticate', { accessToken: fresh.accessToken });
    await call(url, ['DELETE', `/v1/devices/${lost.device}`], { token: alice.accessToken });
    await stolen.heard('disconnect');
    for (const { accessToken } of [lost, fresh]) {
      const again = connect(url, { protocol: 1, accessToken, suites: [] });
      expect(await again.heard('connect_error')).toMatchObject({ message: 'unauthenticated' });
    }
    const refresh = { refreshToken: fresh.refreshToken, next: null };
    expect((await call(url, ['POST', '/v1/sessions/refresh'], { body: refresh })).status).toBe(401);
    close();
  });

  it('of somebody else stays connected and goes on hearing', async () => {
    const { url, alice, lost, conversation, mine, theirs, stolen, close } = await scene();
    await call(url, ['DELETE', `/v1/devices/${lost.device}`], { token: alice.accessToken });
    await stolen.heard('disconnect');
    expect([mine.socket.connected, theirs.socket.connected]).toEqual([true, true]);
    // The removal of the device from the keys is owed now: it is told to all who are left.
    await mine.heard('devices_changed');
    expect(await theirs.heard('entries')).toMatchObject({ conversation });
    close();
  });
});
