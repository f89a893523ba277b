import { once } from 'node:events';
import { connect } from 'node:net';
import type { RateLimiter } from '@sealpost/domain';
import { describe, expect, it } from 'vitest';
import { aServer } from './support/a-server.ts';
import { aConversationId } from './support/conversations.ts';
import { eventually } from './support/eventually.ts';
import { aGate } from './support/gate.ts';
import { aHandle, aPerson, password } from './support/people.ts';
import { aThrottle } from './support/rates.ts';
import { msgpack } from './support/test-client.ts';

const aRegistration = () => ({ handle: aHandle(), password, deviceName: 'a' });
const twice = { burst: 1, refill: 1, everyMs: 60_000 };

describe('rate limits', () => {
  it('hold registration and log-in per network', async () => {
    const throttle = aThrottle({ credentialsByNetwork: twice });
    const { client } = await aServer({ parts: { throttle } });
    const register = () => client.send('register', { body: aRegistration() });
    await client.call('register', { body: aRegistration() });
    await client.call('register', { body: aRegistration() });
    const limited = await register();
    expect(limited).toMatchObject({
      status: 429,
      value: { error: { code: 'rate_limited', retryAfterMs: expect.any(Number) } },
    });
    const seconds = Number(limited.headers.get('retry-after'));
    expect([seconds > 50, seconds <= 60]).toEqual([true, true]);
    const logIn = async () =>
      (await client.refusal('logIn', { body: { ...aRegistration(), proof: null } })).code;
    expect(await logIn()).toBe('rate_limited');
    await client.call('serverInformation', {});
  });

  it('hold guesses at one handle, however it is written', async () => {
    const throttle = aThrottle({ credentialsByHandle: twice });
    const { client } = await aServer({ parts: { throttle } });
    const guess = (handle: string) =>
      client.refusal('logIn', { body: { handle, password, deviceName: 'a', proof: null } });
    expect((await guess('mallory')).code).toBe('wrong_credentials');
    expect((await guess('MALLORY')).code).toBe('wrong_credentials');
    expect((await guess('Mallory')).code).toBe('rate_limited');
    expect((await guess('another')).code).toBe('wrong_credentials');
  });

  it('hold refreshes, and the collecting of handles by network and by account', async () => {
    const throttle = aThrottle({
      refreshesByNetwork: twice,
      lookUpsByAccount: twice,
      lookUpsByNetwork: { ...twice, burst: 2 },
    });
    const { client } = await aServer({ parts: { throttle } });
    const [alice, bob] = [await aPerson(client), await aPerson(client)];
    const body = { refreshToken: 'x'.repeat(43), next: null };
    expect((await client.refusal('refresh', { body })).code).toBe('rate_limited');
    const look = async (token: string) =>
      (await client.refusal('accountByHandle', { params: { handle: 'nobody' }, token })).code;
    expect([await look(alice.token), await look(alice.token), await look(alice.token)]).toEqual([
      'not_found',
      'not_found',
      'rate_limited',
    ]);
    expect(await look(bob.token)).toBe('rate_limited');
  });

  it('give limiters no address and no handle', async () => {
    const keys: string[] = [];
    const limiter: RateLimiter = {
      take: async (_, key) => (keys.push(key), { ok: true }),
      sweep: async () => undefined,
    };
    const { client } = await aServer({ parts: { throttle: aThrottle({}, limiter) } });
    await client.call('register', { body: aRegistration() });
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(key).toMatch(/^[\w-]{43}$/);
  });

  it.each([
    [0, 'rate_limited'],
    [1, 'handle_taken'],
  ])('believe x-forwarded-for of %d proxies', async (trustedProxies, code) => {
    const options = { trustedProxies };
    const { client } = await aServer({
      options,
      parts: { throttle: aThrottle({ credentialsByNetwork: twice }) },
    });
    const body = aRegistration();
    const first = { body, headers: { 'x-forwarded-for': '203.0.113.1' } };
    await client.call('register', first);
    expect((await client.refusal('register', first)).code).toBe('handle_taken');
    expect(
      (await client.refusal('register', { body, headers: { 'x-forwarded-for': '203.0.113.2' } }))
        .code,
    ).toBe(code);
    expect(
      (
        await client.refusal('register', {
          body,
          headers: { 'x-forwarded-for': '203.0.113.9, 203.0.113.1' },
        })
      ).code,
    ).toBe('rate_limited');
  });
});

describe('what is worked on at once', () => {
  it('is bounded in calls, and there is room again afterwards', async () => {
    const gate = aGate();
    const incarnation = () => 1;
    const domain = await aServer();
    const { client } = await aServer({
      options: { maxInFlight: 1 },
      useCases: {
        ...domain.useCases,
        incarnation,
        identifyCaller: { execute: gate.wait } as never,
      },
    });
    const held = client.send('devices', { token: 'a' });
    await gate.reached;
    const refused = await client.send('serverInformation', {});
    expect(refused).toMatchObject({
      status: 503,
      value: { error: { code: 'unavailable', retryAfterMs: 1_000 } },
    });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await client.request('GET', '/healthz')).status).toBe(200);
    gate.open(null);
    expect((await held).status).toBe(401);
    await eventually(async () => (await client.send('serverInformation', {})).status === 200);
  });

  it('is bounded in bytes of bodies, and there is room again afterwards', async () => {
    const { client, port } = await aServer({ options: { maxBodyBytesInFlight: 20_000 } });
    const { token } = await aPerson(client);
    const head = `POST /v1/conversations/${aConversationId()}/entries HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\ncontent-type: ${msgpack}\r\n`;
    const slow = connect(port, '127.0.0.1');
    slow.write(`${head}content-length: 15000\r\n\r\nabc`);
    const body = { ...aRegistration(), deviceName: 'x'.repeat(9_000) };
    const status = async (): Promise<number> => (await client.send('register', { body })).status;
    await eventually(async () => (await status()) === 503);
    slow.destroy();
    await eventually(async () => (await status()) !== 503);
    expect(await status()).toBe(400);
  });

  it('ends for clients that send or read too slowly', async () => {
    const { client, port, records } = await aServer({
      options: { callTimeoutMs: 200, maxInFlight: 1 },
    });
    const slow = connect(port, '127.0.0.1');
    slow.write(
      `POST /v1/accounts HTTP/1.1\r\nhost: a\r\ncontent-type: ${msgpack}\r\ncontent-length: 100\r\n\r\nabc`,
    );
    slow.resume();
    slow.on('error', () => undefined);
    await once(slow, 'close');
    await eventually(async () => (await client.send('serverInformation', {})).status === 200);
    expect(records).toEqual([]);
  });

  it('is not logged when a client goes away in the middle', async () => {
    const { client, port, records } = await aServer({ options: { maxInFlight: 1 } });
    const gone = connect(port, '127.0.0.1');
    gone.write(
      `POST /v1/accounts HTTP/1.1\r\nhost: a\r\ncontent-type: ${msgpack}\r\ncontent-length: 100\r\n\r\nabc`,
    );
    await eventually(async () => (await client.send('serverInformation', {})).status === 503);
    gone.destroy();
    await eventually(async () => (await client.send('serverInformation', {})).status === 200);
    expect(records).toEqual([]);
  });
});

describe('headers', () => {
  it('keep browsers from running, framing, sniffing and keeping answers, and name no software', async () => {
    const { client } = await aServer();
    const { headers } = await client.send('serverInformation', {});
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'strict-transport-security': expect.stringContaining('max-age='),
    });
    for (const name of [
      'x-powered-by',
      'etag',
      'server',
      'set-cookie',
      'access-control-allow-origin',
    ])
      expect(headers.has(name)).toBe(false);
  });

  it('let pages of the configured origins call, and no others', async () => {
    const [here, elsewhere] = ['https://web.example.org', 'https://evil.example'];
    const { client } = await aServer({ options: { allowedOrigins: [here] } });
    const preflight = (origin: string) =>
      client.request('OPTIONS', '/v1/accounts', {
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'x-csrf-token',
        },
      });
    const allowed = (await preflight(here)).headers;
    expect(allowed.get('access-control-allow-origin')).toBe(here);
    expect(allowed.get('access-control-allow-credentials')).toBe('true');
    expect(allowed.get('access-control-allow-headers')).toContain('x-csrf-token');
    expect((await preflight(elsewhere)).headers.has('access-control-allow-origin')).toBe(false);
    const answer = await client.send('serverInformation', { headers: { origin: here } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(here);
    expect(
      (await client.send('serverInformation', { headers: { origin: elsewhere } })).headers.has(
        'access-control-allow-origin',
      ),
    ).toBe(false);
  });
});
