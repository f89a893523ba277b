import { JoseAccessTokens } from '@sealpost/adapter-jose';
import { decodeMsgpack, encodeMsgpack, socketParser } from '@sealpost/protocol';
import { once } from 'node:events';
import { io, type Socket, type SocketOptions, type ManagerOptions } from 'socket.io-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { aPerson, call, connected, type Person } from '../support/people.ts';
import { Browser } from './support/browser.ts';
import { aGroup, aMessage, linkedDevice, pendingDevice } from './support/devices.ts';
import { aServer } from './support/requests.ts';

afterEach(() => vi.restoreAllMocks());

type Given = Partial<ManagerOptions & SocketOptions>;
type Outcome = { readonly in: true } | { readonly in: false; readonly code: unknown };

/** Tries to connect; what came of it, and that nothing was told before. */
async function trying(url: string, given: Given): Promise<Outcome> {
  const socket: Socket = io(url, {
    parser: socketParser,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    ...given,
  });
  const told: string[] = [];
  socket.onAny((name: string) => told.push(name));
  const outcome = await new Promise<Outcome>((resolve) => {
    socket.once('hello', () => resolve({ in: true }));
    socket.once('connect_error', (error) => {
      const { data } = error as { data?: { error?: { code?: unknown } } };
      resolve({ in: false, code: data?.error?.code ?? error.message });
    });
  });
  if (!outcome.in && told.length > 0) throw new Error(`told ${told.join()}, and refused`);
  socket.close();
  return outcome;
}

const out = (code: string): Outcome => ({ in: false, code });
const byToken = (accessToken: string): Given => ({
  auth: { protocol: 1, accessToken, suites: [] },
});
const byCookie = (csrfToken?: string) => ({
  protocol: 1,
  suites: [],
  ...(csrfToken === undefined ? {} : { csrfToken }),
});

/** A peer that speaks the transport as it likes. */
async function aRawSocket(url: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  socket.binaryType = 'arraybuffer';
  await once(socket, 'message');
  const heard: unknown[] = [];
  socket.addEventListener('message', ({ data }: { data: unknown }) => {
    if (data instanceof ArrayBuffer) heard.push(decodeMsgpack(new Uint8Array(data)));
  });
  return {
    heard,
    packet: (frame: readonly unknown[]) => socket.send(encodeMsgpack(frame)),
    closed: once(socket, 'close'),
  };
}

/** What was stored of the conversation, as a member reads it. */
async function heads(url: string, { accessToken: token }: Person, conversation: string) {
  const path = `/v1/conversations/${conversation}/entries?incarnation=1&after=0`;
  const { value } = await call(url, ['GET', path], { token });
  return (value as { head: number }).head;
}

describe('a socket', () => {
  it('is let in by a good token in its handshake, and that is what the following tests lack', async () => {
    const { url } = await aServer();
    const { accessToken } = await aPerson(url);
    expect(await trying(url, byToken(accessToken))).toEqual({ in: true });
  });

  it('is not let in without a token, or with what is none', async () => {
    const { url } = await aServer();
    await aPerson(url);
    const nothing = { auth: { protocol: 1, suites: [] } };
    expect(await trying(url, nothing)).toEqual(out('unauthenticated'));
    expect(await trying(url, byToken('made-up'))).toEqual(out('unauthenticated'));
    for (const auth of [
      {},
      { protocol: 1, accessToken: null, suites: [] },
      { protocol: 1, accessToken: {}, suites: [] },
      { protocol: 1, accessToken: ['a'], suites: [] },
    ])
      expect(await trying(url, { auth })).toEqual(out('invalid_request'));
  });

  it('is not let in with a token in the wrong place', async () => {
    const { url } = await aServer();
    const { accessToken } = await aPerson(url);
    const extraHeaders = {
      authorization: `Bearer ${accessToken}`,
      'x-access-token': accessToken,
      'sec-websocket-protocol': accessToken,
    };
    const auth = { protocol: 1, suites: [] };
    expect(await trying(url, { auth, query: { accessToken, token: accessToken } })).toEqual(
      out('unauthenticated'),
    );
    expect(await trying(url, { auth, extraHeaders })).not.toMatchObject({ in: true });
    const fields = { ...auth, token: accessToken, refreshToken: accessToken };
    expect(await trying(url, { auth: fields })).toEqual(out('invalid_request'));
    const { refreshToken } = await aPerson(url);
    expect(await trying(url, byToken(refreshToken))).toEqual(out('unauthenticated'));
  });

  it('is not let in with a token that has expired', async () => {
    const start = vi.spyOn(JoseAccessTokens.prototype, 'start');
    const { url } = await aServer();
    const { account, device, session } = await aPerson(url);
    const tokens = start.mock.contexts[0] as JoseAccessTokens;
    const claims = { account, device, session, certified: true };
    const issue = (inMs: number) => tokens.issue({ ...claims, expiresAt: Date.now() + inMs });
    expect(await trying(url, byToken(await issue(60_000)))).toEqual({ in: true });
    expect(await trying(url, byToken(await issue(-1)))).toEqual(out('unauthenticated'));
  });

  it('is not let in for a device that nobody certified', async () => {
    const { url } = await aServer();
    const pending = await pendingDevice(url, await aPerson(url));
    expect(await trying(url, byToken(pending.accessToken))).toEqual(out('device_pending'));
  });

  it('is not let in with a token of a session that ended, of a device that was revoked, or of an account that is gone', async () => {
    const { url } = await aServer();
    const [one, two, gone] = [await aPerson(url), await aPerson(url), await aPerson(url)];
    const phone = await linkedDevice(url, two);
    await call(url, ['DELETE', '/v1/sessions/current'], { token: one.accessToken });
    await call(url, ['DELETE', `/v1/devices/${phone.device}`], { token: two.accessToken });
    await call(url, ['DELETE', '/v1/account'], { token: gone.accessToken });
    for (const { accessToken } of [one, phone, gone])
      expect(await trying(url, byToken(accessToken))).toEqual(out('unauthenticated'));
    expect(await trying(url, byToken(two.accessToken))).toEqual({ in: true });
  });

  it('is not let in from a page of another site, with whatever the browser sends along', async () => {
    const { url } = await aServer();
    const browser = await Browser.registered(url);
    const { accessToken } = await aPerson(url);
    for (const origin of [
      'https://evil.example',
      'null',
      'http://127.0.0.1:1',
      `${url}.evil.example`,
    ]) {
      const extraHeaders = { origin, cookie: browser.cookie };
      const tries = [byCookie(), byCookie(browser.csrf), { ...byCookie(), accessToken }];
      for (const auth of tries)
        expect([origin, await trying(url, { auth, extraHeaders })]).toEqual([origin, out('csrf')]);
    }
  });

  it('is not let in by cookies without the token that belongs to their session', async () => {
    const { url } = await aServer();
    const [browser, other] = [await Browser.registered(url), await Browser.registered(url)];
    const extraHeaders = { origin: url, cookie: browser.cookie };
    expect(await trying(url, { auth: byCookie(), extraHeaders })).toEqual(out('csrf'));
    for (const csrf of [other.csrf, 'a'.repeat(43)])
      expect(await trying(url, { auth: byCookie(csrf), extraHeaders })).toEqual(
        out('unauthenticated'),
      );
    // These cookies are good: what is missing is only that somebody certified the device.
    expect(await trying(url, { auth: byCookie(browser.csrf), extraHeaders })).toEqual(
      out('device_pending'),
    );
    const swapped = [...browser.held].map(([name, value]) => {
      const token = value.slice(value.indexOf('.') + 1);
      return `${name}=${other.session}.${token}`;
    });
    const planted = { origin: url, cookie: swapped.join('; ') };
    expect(await trying(url, { auth: byCookie(other.csrf), extraHeaders: planted })).not.toEqual({
      in: true,
    });
  });

  it('stays that of its device when it is given the token of another', async () => {
    const { url } = await aServer();
    const [alice, bob] = [await aPerson(url, 'alice'), await aPerson(url, 'bob')];
    const phone = await linkedDevice(url, alice);
    const theirs = await aGroup(url, [bob]);
    const { socket } = await connected(url, alice);
    for (const { accessToken } of [bob, phone])
      expect(await socket.emitWithAck('authenticate', { accessToken })).toEqual({
        ok: false,
        error: { code: 'unauthenticated' },
      });
    expect(await socket.emitWithAck('send', aMessage(theirs))).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
    expect(await heads(url, bob, theirs)).toBe(1);
    const own = await aGroup(url, [alice]);
    expect(await socket.emitWithAck('send', aMessage(own))).toMatchObject({ ok: true });
    socket.close();
  });

  it('does nothing and hears nothing of what it asks before it said who it is', async () => {
    const { url } = await aServer();
    const alice = await aPerson(url);
    const conversation = await aGroup(url, [alice]);
    const { socket } = await connected(url, alice);
    const raw = await aRawSocket(url);
    const event = (name: string, payload: object): void => raw.packet([2, [name, payload], 0]);
    event('send', aMessage(conversation));
    event('authenticate', { accessToken: alice.accessToken });
    event('send', aMessage(conversation));
    await raw.closed;
    expect(raw.heard).toEqual([]);
    expect(await heads(url, alice, conversation)).toBe(1);
    socket.close();
  });

  it('gets one try: nobody tries one token after another on a connection', async () => {
    const { url } = await aServer();
    const { accessToken: good } = await aPerson(url);
    const raw = await aRawSocket(url);
    for (const accessToken of ['made-up', good])
      raw.packet([0, { protocol: 1, accessToken, suites: [] }]);
    await raw.closed;
    // Both were refused, and nobody said hello.
    expect(raw.heard.map((packet) => (packet as unknown[])[0])).toEqual([4, 4]);
  });
});
