import { parseSetCookie, type SetCookie, stringifyCookie } from 'cookie';
import { describe, expect, it } from 'vitest';
import { cookieCredentials } from '../src/index.ts';
import { aServer, csrfSecret, publicUrl, type TestServer } from './support/a-server.ts';
import { aHandle, aPerson, password } from './support/people.ts';
import type { Reply } from './support/test-client.ts';

const cookiesOf = ({ headers }: Reply): SetCookie[] =>
  headers.getSetCookie().map((cookie) => parseSetCookie(cookie));

/** A page of the server's own origin in a browser that holds what it was given. */
async function aBrowser({ client }: TestServer, origin = publicUrl) {
  const held = new Map<string, string>();
  const keep = (reply: Reply): Reply => {
    for (const { name, value = '', maxAge } of cookiesOf(reply)) {
      if (maxAge === 0) held.delete(name);
      else held.set(name, value);
    }
    return reply;
  };
  const headers = (more: Record<string, string> = {}): Record<string, string> => ({
    origin,
    'sealpost-cookies': '1',
    ...(held.size > 0 ? { cookie: stringifyCookie(Object.fromEntries(held)) } : {}),
    ...more,
  });
  const registered = keep(
    await client.send('register', {
      headers: headers(),
      body: { handle: aHandle(), password, deviceName: 'browser' },
    }),
  );
  return {
    registered,
    held,
    headers,
    keep,
    csrf: (registered.value as { csrfToken: string }).csrfToken,
    credentials: registered.value as { device: string; session: string },
  };
}

describe('cookies for browsers', () => {
  it('hold the tokens, out of reach of scripts and of other sites', async () => {
    const server = await aServer();
    const { registered } = await aBrowser(server);
    expect(registered.status).toBe(200);
    expect(registered.value).toMatchObject({
      accessToken: '',
      refreshToken: null,
      csrfToken: expect.stringMatching(/^[\w-]{43}$/),
    });
    const flags = {
      httpOnly: true,
      secure: true,
      sameSite: 'strict',
      value: expect.stringMatching(/^[\w-]+\..{40,}/),
    };
    const [access, refresh] = cookiesOf(registered);
    expect(access).toMatchObject({ ...flags, name: 'sealpost_access', path: '/' });
    expect(refresh).toMatchObject({ ...flags, name: 'sealpost_refresh', path: '/v1/sessions' });
    expect([
      Math.ceil((access?.maxAge ?? 0) / 60),
      Math.ceil((refresh?.maxAge ?? 0) / 86_400),
    ]).toEqual([10, 90]);
  });

  it('are not Secure where the public address is not', async () => {
    const publicUrlHere = 'http://localhost:3000';
    const server = await aServer({ options: { publicUrl: publicUrlHere } });
    const { registered } = await aBrowser(server, publicUrlHere);
    expect(cookiesOf(registered).map(({ secure }) => secure)).toEqual([undefined, undefined]);
  });

  it('are set only for those that ask for them', async () => {
    const { client } = await aServer();
    const reply = await client.send('register', {
      body: { handle: aHandle(), password, deviceName: 'a' },
    });
    expect(cookiesOf(reply)).toEqual([]);
    expect(reply.value).toMatchObject({
      accessToken: expect.stringMatching(/^ey/),
      csrfToken: null,
    });
  });

  it('let a page read, and change with the token of its session', async () => {
    const server = await aServer();
    const { client } = server;
    const { headers, csrf } = await aBrowser(server);
    const change = { params: { device: 'x' } };
    expect(await client.call('devices', { headers: headers() })).toMatchObject({
      devices: [{ name: 'browser' }],
    });
    expect(await client.refusal('revokeDevice', { ...change, headers: headers() })).toEqual({
      status: 403,
      code: 'csrf',
    });
    expect(
      await client.refusal('revokeDevice', {
        ...change,
        headers: headers({ 'x-csrf-token': 'a'.repeat(43) }),
      }),
    ).toEqual({ status: 403, code: 'csrf' });
    expect(
      await client.refusal('revokeDevice', {
        ...change,
        headers: headers({ 'x-csrf-token': csrf }),
      }),
    ).toEqual({ status: 404, code: 'not_found' });
  });

  it('do not take the token of another session', async () => {
    const server = await aServer();
    const [one, other] = [await aBrowser(server), await aBrowser(server)];
    const headers = one.headers({ 'x-csrf-token': other.csrf });
    expect(await server.client.refusal('takeLinkPackage', { headers })).toEqual({
      status: 403,
      code: 'csrf',
    });
  });

  it('are not taken from a page elsewhere', async () => {
    const server = await aServer();
    const { client } = server;
    const { headers, csrf } = await aBrowser(server);
    const { origin: _, ...without } = headers({ 'x-csrf-token': csrf });
    for (const foreign of [
      { ...without, origin: 'https://evil.example' },
      { ...without, origin: 'null' },
      without,
    ]) {
      expect(await client.refusal('takeLinkPackage', { headers: foreign })).toEqual({
        status: 403,
        code: 'csrf',
      });
      expect(
        await client.refusal('refresh', {
          headers: foreign,
          body: { refreshToken: null, next: null },
        }),
      ).toEqual({ status: 403, code: 'csrf' });
      const body = { handle: aHandle(), password, deviceName: 'a' };
      expect(await client.refusal('register', { headers: foreign, body })).toEqual({
        status: 403,
        code: 'csrf',
      });
      expect(
        await client.refusal('logIn', { headers: foreign, body: { ...body, proof: null } }),
      ).toEqual({ status: 403, code: 'csrf' });
    }
  });

  it('whose session was swapped are worth nothing', async () => {
    const server = await aServer();
    const [one, other] = [await aBrowser(server), await aBrowser(server)];
    const [, token = ''] = /^[^.]+\.(.*)$/.exec(one.held.get('sealpost_access') ?? '') ?? [];
    const cookie = `sealpost_access=${other.credentials.session}.${token}`;
    expect(await server.client.refusal('devices', { headers: { cookie } })).toEqual({
      status: 401,
      code: 'unauthenticated',
    });
  });

  it('are renewed by the one that holds the refresh token, and give nothing away', async () => {
    const server = await aServer();
    const { client } = server;
    const { headers, csrf, keep, held } = await aBrowser(server);
    const before = held.get('sealpost_refresh');
    const sent = {
      headers: headers({ 'x-csrf-token': csrf }),
      body: { refreshToken: null, next: null },
    };
    const reply = keep(await client.send('refresh', sent));
    expect(reply).toMatchObject({
      status: 200,
      value: { accessToken: '', refreshToken: null, csrfToken: csrf },
    });
    expect(held.get('sealpost_refresh')).not.toBe(before);
    expect(await client.call('devices', { headers: headers() })).toMatchObject({
      devices: [{ name: 'browser' }],
    });
  });

  it('survive an answer that was lost, and two tabs that refresh at once', async () => {
    const server = await aServer();
    const { client } = server;
    const { headers, csrf } = await aBrowser(server);
    const sent = {
      headers: headers({ 'x-csrf-token': csrf }),
      body: { refreshToken: null, next: null },
    };
    const [one, other] = await Promise.all([
      client.send('refresh', sent),
      client.send('refresh', sent),
    ]);
    expect([one.status, other.status]).toEqual([200, 200]);
    expect(cookiesOf(one)[1]?.value).toBe(cookiesOf(other)[1]?.value);
  });

  it('do not let a script choose the token', async () => {
    const server = await aServer();
    const { headers, csrf } = await aBrowser(server);
    const body = { refreshToken: null, next: 'n'.repeat(43) };
    expect(
      await server.client.refusal('refresh', { headers: headers({ 'x-csrf-token': csrf }), body }),
    ).toMatchObject({
      status: 400,
      issues: [{ path: 'body.next' }],
    });
  });

  it('are gone after log-out', async () => {
    const server = await aServer();
    const { client } = server;
    const { headers, csrf, keep, held } = await aBrowser(server);
    const reply = keep(
      await client.send('logOut', {
        params: { session: 'current' },
        headers: headers({ 'x-csrf-token': csrf }),
      }),
    );
    expect(reply.status).toBe(200);
    expect([...held]).toEqual([]);
    expect(cookiesOf(reply)).toMatchObject([
      { path: '/', maxAge: 0 },
      { path: '/v1/sessions', maxAge: 0 },
    ]);
  });

  it('keep a refresh token out of the body although they were not asked for again', async () => {
    const server = await aServer();
    const { headers, csrf } = await aBrowser(server);
    const { 'sealpost-cookies': _, ...plain } = headers({ 'x-csrf-token': csrf });
    const sent = { headers: plain, body: { refreshToken: null, next: null } };
    const reply = await server.client.send('refresh', sent);
    expect(reply).toMatchObject({ status: 200, value: { accessToken: '', refreshToken: null } });
  });

  it('are gone when the device is revoked by itself', async () => {
    const server = await aServer();
    const { headers, csrf, keep, held, credentials } = await aBrowser(server);
    const sent = {
      params: { device: credentials.device },
      headers: headers({ 'x-csrf-token': csrf }),
    };
    expect(keep(await server.client.send('revokeDevice', sent)).status).toBe(200);
    expect([...held]).toEqual([]);
  });

  it('are gone with the account', async () => {
    const { client } = await aServer();
    const { token } = await aPerson(client);
    const reply = await client.send('deleteAccount', { token, headers: { cookie: 'a=b' } });
    expect(cookiesOf(reply)).toMatchObject([{ maxAge: 0 }, { maxAge: 0 }]);
  });

  it('are no refresh token where there are none', async () => {
    const { client } = await aServer();
    const sent = {
      headers: { origin: publicUrl, 'sealpost-cookies': '1' },
      body: { refreshToken: null, next: null },
    };
    expect(await client.refusal('refresh', sent)).toEqual({ status: 401, code: 'invalid_token' });
  });

  it('give other transports the access token, with the CSRF token only', async () => {
    const server = await aServer();
    const { held, csrf } = await aBrowser(server);
    const credentials = cookieCredentials({ csrfSecret });
    const header = stringifyCookie(Object.fromEntries(held));
    const token = credentials.fromCookies(header, csrf);
    expect(await server.useCases.identifyCaller.execute(token ?? '')).toMatchObject({
      certified: false,
    });
    expect(credentials.fromCookies(header, undefined)).toBeNull();
    expect(credentials.fromCookies(header, 'a'.repeat(43))).toBeNull();
    expect(credentials.fromCookies('other=1', csrf)).toBeNull();
    expect(credentials.fromCookies(undefined, csrf)).toBeNull();
    expect(
      cookieCredentials({ csrfSecret: new Uint8Array(32) }).fromCookies(header, csrf),
    ).toBeNull();
  });
});
