import { edgeNames } from '@sealpost/protocol/reference';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configFrom, type RunningServer, startServer } from '../src/index.ts';
import {
  aPerson,
  call,
  connect,
  connected,
  leaveBundles,
  password,
  suite,
} from './support/people.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer(configFrom({ profile: 'memory', port: 0, log: { level: 'silent' } }));
});
afterAll(() => server.stop());

describe('a running server', () => {
  it('is ready, and tells its figures', async () => {
    expect((await call(server.url, ['GET', '/readyz'])).value).toMatchObject({ status: 'ready' });
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('sealpost_open_sockets');
  });

  it('ends the connections of a session that is logged out (G6)', async () => {
    const alice = await aPerson(server.url);
    const { heard, socket } = await connected(server.url, alice);
    await call(server.url, ['DELETE', '/v1/sessions/current'], { token: alice.accessToken });
    expect(await heard('closing')).toEqual({ reason: 'session_revoked', retryAfterMs: null });
    await heard('disconnect');
    const refused = connect(server.url, {
      protocol: 1,
      accessToken: alice.accessToken,
      suites: [],
    });
    expect(await refused.heard('connect_error')).toMatchObject({
      data: { error: { code: 'unauthenticated' } },
    });
    expect(
      (await call(server.url, ['GET', '/v1/sessions'], { token: alice.accessToken })).status,
    ).toBe(401);
    socket.close();
  });

  it('ends the connections of a device that is revoked (G6)', async () => {
    const alice = await aPerson(server.url);
    const { heard } = await connected(server.url, alice);
    await call(server.url, ['DELETE', `/v1/devices/${alice.device}`], { token: alice.accessToken });
    expect(await heard('closing')).toMatchObject({ reason: 'session_revoked' });
  });

  it('tells a device its stock after each claim (G12)', async () => {
    const [alice, bob] = await Promise.all([aPerson(server.url), aPerson(server.url)]);
    await leaveBundles(server.url, bob, 3);
    const { heard, socket } = await connected(server.url, bob);
    expect(await heard('stock')).toMatchObject({ stock: { oneTime: 3 } });
    const body = { suite, accounts: [bob.account], only: null };
    expect(
      (await call(server.url, ['POST', '/v1/keys/claims'], { token: alice.accessToken, body }))
        .status,
    ).toBe(200);
    expect(await heard('stock')).toMatchObject({ stock: { suite, oneTime: 2 } });
    socket.close();
  });

  it('tells an account’s devices when one more asks to be let in', async () => {
    const alice = await aPerson(server.url);
    const { heard, socket } = await connected(server.url, alice);
    const body = { handle: alice.handle, password, deviceName: 'phone', proof: null };
    const { value } = await call(server.url, ['POST', '/v1/sessions'], { body });
    const bytes = Buffer.alloc(32, 1).toString('base64url');
    const link = { signatureKey: bytes, linkKey: bytes, commitment: bytes };
    const { accessToken: token } = value as { accessToken: string };
    expect(
      (await call(server.url, ['PUT', '/v1/devices/current/link'], { token, body: link })).status,
    ).toBe(200);
    expect(await heard('devices_changed')).toEqual({});
    socket.close();
  });

  it('is used from a page of its own origin with cookies, and from no other', async () => {
    const { handle } = await aPerson(server.url);
    const logIn = (origin: string) =>
      fetch(`${server.url}/v1/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [edgeNames.cookiesHeader]: '1', origin },
        body: JSON.stringify({ handle, password, deviceName: 'browser', proof: null }),
      });
    expect((await logIn(server.url)).headers.getSetCookie()).toHaveLength(2);
    expect((await logIn(server.url.replace('127.0.0.1', 'localhost'))).status).toBe(200);
    expect(await (await logIn('https://elsewhere.example')).json()).toMatchObject({
      error: { code: 'csrf' },
    });
  });
});
