import { AdapterFailure } from '@sealpost/domain';
import { describe, expect, it } from 'vitest';
import { aServer } from './support/a-server.ts';
import { aPerson } from './support/people.ts';

const secret = 'swordfish';

const aFailure = (retryable: boolean): AdapterFailure =>
  new AdapterFailure({
    adapter: 'postgres',
    operation: 'devices.list',
    retryable,
    detail: '08006',
  });

/** A server whose list of devices fails as told. */
async function aBrokenServer(thrown: unknown) {
  const server = await aServer();
  const { token } = await aPerson(server.client);
  server.useCases.accountDirectory.devices = () => Promise.reject(thrown as Error);
  const reply = await server.client.send('devices', { token });
  return { ...server, token, reply };
}

describe('a fault of the infrastructure', () => {
  it('that may pass is told as such, with a time to come back', async () => {
    const { reply, records } = await aBrokenServer(aFailure(true));
    expect(reply).toMatchObject({
      status: 503,
      value: { error: { code: 'unavailable', retryAfterMs: 1_000 } },
    });
    expect(reply.headers.get('retry-after')).toBe('1');
    expect(records).toEqual([
      {
        level: 'warn',
        event: 'fault',
        during: 'devices',
        adapter: 'postgres',
        operation: 'devices.list',
        detail: '08006',
      },
    ]);
  });

  it('that stays is internal', async () => {
    const { reply, records } = await aBrokenServer(aFailure(false));
    expect(reply).toMatchObject({ status: 500, value: { error: { code: 'internal' } } });
    expect(records).toMatchObject([{ level: 'error', event: 'fault', detail: '08006' }]);
  });

  it('of the real store is told the same way', async () => {
    const { client, stores, records } = await aServer();
    const { token } = await aPerson(client);
    stores.close();
    const { status, value } = await client.send('devices', { token });
    expect([503, 500]).toContain(status);
    expect(value).toMatchObject({ error: { code: status === 503 ? 'unavailable' : 'internal' } });
    expect(records).toMatchObject([{ event: 'fault', during: 'devices' }]);
  });
});

describe('a bug', () => {
  it.each([
    ['an error', new TypeError(`cannot read ${secret}\n    at ${secret}`), 'TypeError'],
    ['something that is no error', secret, 'string'],
    [
      'an error whose stack was replaced',
      Object.assign(new Error('a'), { stack: `${secret}\n    at ${secret}` }),
      'Error',
    ],
  ])(
    'that throws %s is internal, and its log names nothing but where it was',
    async (_name, thrown, error) => {
      const { reply, records, client, token } = await aBrokenServer(thrown);
      expect([reply.status, reply.value]).toEqual([500, { error: { code: 'internal' } }]);
      expect(records).toMatchObject([{ level: 'error', event: 'bug', during: 'devices', error }]);
      expect(JSON.stringify(records)).not.toContain(secret);
      expect((await client.send('sessions', { token })).status).toBe(200);
    },
  );

  it('is found by the frames of its stack', async () => {
    const { records } = await aBrokenServer(new Error('a message\nof two lines'));
    expect(records).toMatchObject([
      { at: expect.arrayContaining([expect.stringMatching(/^at .*faults\.int\.test/)]) },
    ]);
  });
});

describe('health', () => {
  it('is told: alive, ready, and the figures', async () => {
    const { client } = await aServer();
    expect(await client.request('GET', '/healthz')).toMatchObject({
      status: 200,
      value: { status: 'alive' },
    });
    expect(await client.request('GET', '/readyz')).toMatchObject({
      status: 200,
      value: { status: 'ready', checks: [{ name: 'store', ok: true }] },
    });
    const metrics = await client.request('GET', '/metrics');
    expect(metrics).toMatchObject({ status: 200, value: 'up 1\n' });
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it.each([
    [
      'a check fails',
      async () => ({
        checks: [
          { name: 'store', ok: true },
          { name: 'migrations', ok: false, detail: 'behind' },
        ],
      }),
      { checks: [{ ok: true }, { name: 'migrations', ok: false, detail: 'behind' }] },
    ],
    [
      'checking fails',
      () => Promise.reject(aFailure(true)),
      { checks: [{ name: 'readiness', ok: false, detail: 'unavailable' }] },
    ],
    [
      'checking takes too long',
      () => new Promise<never>(() => undefined),
      { checks: [{ name: 'readiness', ok: false, detail: 'no answer in time' }] },
    ],
  ])('is not ready when %s', async (_name, ready, value) => {
    const { client } = await aServer({ options: { readyTimeoutMs: 50 }, parts: { ready } });
    expect(await client.request('GET', '/readyz')).toMatchObject({
      status: 503,
      value: { status: 'not ready', ...value },
    });
    expect((await client.request('GET', '/healthz')).status).toBe(200);
  });

  it('tells a fault of the figures without a word of it', async () => {
    const { client, records } = await aServer({
      parts: { metrics: () => Promise.reject(new Error(secret)) },
    });
    expect(await client.request('GET', '/metrics')).toMatchObject({
      status: 500,
      value: { error: { code: 'internal' } },
    });
    expect(JSON.stringify(records)).not.toContain(secret);
  });
});
