import { describe, expect, it } from 'vitest';
import type { CookieCredentials } from '../src/index.ts';
import { aDeployment } from './support/deployment.ts';
import { RawSocket } from './support/raw-socket.ts';

const anAuth = (accessToken: string) => ({ protocol: 1, accessToken, suites: [] });

function breaking(): never {
  throw new Error('marker');
}

describe('who may connect', () => {
  it('lets in a certified device with a good token and says hello first', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const client = await deployment.connected(device);
    expect(client.received[0]).toEqual({
      event: 'hello',
      payload: {
        protocol: 1,
        incarnation: 1,
        time: deployment.time.now(),
        account: device.account,
        device: device.device,
        skipsEcho: true,
      },
    });
  });

  it('asks no store before it lets a good token in', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    // From here on every call on a store fails.
    deployment.stores.close();
    const client = deployment.open({ auth: anAuth(device.accessToken) });
    expect(await client.next('hello')).toMatchObject({ device: device.device });
  });

  it('refuses a token that is unknown, expired or of a revoked session', async () => {
    const deployment = await aDeployment();
    const unauthenticated = { error: { code: 'unauthenticated' } };
    expect(await deployment.refusal({ auth: anAuth('made-up') })).toEqual(unauthenticated);
    const late = await deployment.device();
    deployment.time.advance(600_000);
    expect(await deployment.refusal({ auth: anAuth(late.accessToken) })).toEqual(unauthenticated);
    const gone = await deployment.device();
    deployment.revoked.note([gone.session]);
    expect(await deployment.refusal({ auth: anAuth(gone.accessToken) })).toEqual(unauthenticated);
  });

  it('refuses a device that is not certified yet', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const accessToken = await deployment.tokenOf(device, { certified: false });
    expect(await deployment.refusal({ auth: anAuth(accessToken) })).toEqual({
      error: { code: 'device_pending' },
    });
  });

  it('names what is wrong with a malformed handshake and repeats none of it', async () => {
    const deployment = await aDeployment();
    const auth = { protocol: 1, accessToken: 7, suites: ['Bad Suite'], marker: 'marker' };
    const data = await deployment.refusal({ auth });
    expect(data).toEqual({
      error: {
        code: 'invalid_request',
        issues: [
          { path: 'accessToken', problem: 'must be text' },
          { path: 'suites.0', problem: expect.stringMatching(/^must match /) },
          {
            path: '',
            problem: 'must have no fields but protocol, accessToken, csrfToken, suites',
          },
        ],
      },
    });
    expect(await deployment.refusal({ auth: {} })).toMatchObject({
      error: { code: 'invalid_request' },
    });
  });

  it('refuses another version of the protocol, whatever else its handshake holds', async () => {
    const deployment = await aDeployment();
    const error = { code: 'upgrade_required', lowest: 1, highest: 1 };
    expect(await deployment.refusal({ auth: { protocol: 2, novelty: {} } })).toEqual({ error });
    expect(await deployment.refusal({ auth: { protocol: 0 } })).toEqual({ error });
  });

  it('says that it is unavailable when a token cannot be checked, and logs no value', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    // Revocations could not be read for too long, so the store must be asked, and it is down.
    deployment.stores.close();
    deployment.time.advance(60_000);
    expect(await deployment.refusal({ auth: anAuth(device.accessToken) })).toEqual({
      error: { code: 'unavailable', retryAfterMs: 1_000 },
    });
    expect(deployment.records).toContainEqual(
      expect.objectContaining({ level: 'warn', event: 'fault', during: 'handshake' }),
    );
    expect(JSON.stringify(deployment.records)).not.toContain(device.session);
  });

  it.each([
    ['reading cookies', { cookies: { fromCookies: breaking } }],
    ['counting handshakes', { throttle: { take: async () => breaking() } }],
  ])('says that it is its own fault when %s breaks, and logs no message', async (_, broken) => {
    const deployment = await aDeployment(broken);
    const refusal = await deployment.refusal({
      auth: { protocol: 1, csrfToken: 'c', suites: [] },
      headers: { cookie: 'a=b' },
    });
    expect(refusal).toEqual({ error: { code: 'internal' } });
    expect(deployment.records).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'bug', error: 'Error' }),
    );
    expect(JSON.stringify(deployment.records)).not.toContain('marker');
  });

  it('closes a connection that it refused, whatever the other side does', async () => {
    const deployment = await aDeployment();
    const raw = await RawSocket.open(deployment.port);
    raw.connect(anAuth('made-up'));
    await raw.closed;
    expect(raw.packets).toEqual([
      [4, { message: 'unauthenticated', data: { error: { code: 'unauthenticated' } } }],
    ]);
  });

  it('takes one handshake of a connection, so that no token is tried after another', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const raw = await RawSocket.open(deployment.port);
    raw.connect(anAuth('made-up'));
    raw.connect(anAuth(device.accessToken));
    await raw.closed;
    expect(raw.packets.map((packet) => (packet as unknown[])[0])).toEqual([4, 4]);
    expect(deployment.connections.has(device.account)).toBe(false);
  });

  it('closes a connection that does not say in time who it is', async () => {
    const deployment = await aDeployment({ options: { handshakeTimeoutMs: 50 } });
    const silent = await RawSocket.open(deployment.port);
    expect(await silent.closed).toBe(1005);
    const elsewhere = await RawSocket.open(deployment.port);
    elsewhere.connect({}, '/elsewhere');
    await elsewhere.closed;
  });

  it('keeps nothing of the handshake once it is over', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    await deployment.connected(device);
    const [connection] = deployment.connections.registry.of(device.account);
    const { handshake, data, request, rooms } = connection?.socket ?? {};
    expect({ handshake, data, request, rooms }).toMatchObject({
      handshake: { auth: {}, headers: {}, query: {} },
      data: null,
      request: null,
    });
    expect(rooms?.size).toBe(0);
  });
});

describe('pages in browsers', () => {
  const cookies: CookieCredentials = {
    fromCookies: (header, csrfToken) =>
      csrfToken === 'good-csrf' ? (/access=([^;]+)/.exec(header)?.[1] ?? null) : null,
  };
  const byCookie = { protocol: 1, suites: [] };

  it('connect by cookie and the CSRF token that belongs to it', async () => {
    const deployment = await aDeployment({ cookies });
    const device = await deployment.device();
    const headers = { cookie: `access=${device.accessToken}` };
    const client = deployment.open({ auth: { ...byCookie, csrfToken: 'good-csrf' }, headers });
    expect(await client.next('hello')).toMatchObject({ device: device.device });
  });

  it('are refused without cookie, without CSRF token, and with another one', async () => {
    const deployment = await aDeployment({ cookies });
    const device = await deployment.device();
    const headers = { cookie: `access=${device.accessToken}` };
    const refusals = [
      await deployment.refusal({ auth: { ...byCookie, csrfToken: 'good-csrf' } }),
      await deployment.refusal({ auth: byCookie, headers }),
      await deployment.refusal({ auth: { ...byCookie, csrfToken: 'other' }, headers }),
    ];
    expect(refusals).toEqual([
      { error: { code: 'unauthenticated' } },
      { error: { code: 'csrf' } },
      { error: { code: 'unauthenticated' } },
    ]);
  });

  it('connect from the same host and from allowed origins, and from no other', async () => {
    const allowedOrigins = ['https://chat.example.org'];
    const deployment = await aDeployment({ options: { allowedOrigins } });
    const own = `http://127.0.0.1:${deployment.port}`;
    for (const origin of [own, 'https://chat.example.org']) {
      const device = await deployment.device();
      const client = deployment.open({ auth: anAuth(device.accessToken), headers: { origin } });
      expect(await client.next('hello')).toMatchObject({ device: device.device });
    }
    const device = await deployment.device();
    for (const origin of ['http://evil.example.org', 'null', 'http://127.0.0.1:1']) {
      const refusal = await deployment.refusal({
        auth: anAuth(device.accessToken),
        headers: { origin },
      });
      expect(refusal).toEqual({ error: { code: 'csrf' } });
    }
  });
});
