import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { configFrom, startServer, StartError } from '../src/index.ts';
import type { LogRecord } from '../src/log/log-record.ts';
import { aPerson, call, connected, password } from './support/people.ts';

function start(values: Parameters<typeof configFrom>[0] = {}) {
  const records: LogRecord[] = [];
  const config = configFrom({ profile: 'memory', port: 0, ...values });
  return startServer(config, (record) => records.push(record)).then((server) => ({
    server,
    records,
  }));
}

/** A log-in whose body is only half sent. */
async function halfSent(url: string, handle: string, agent?: Agent) {
  const body = JSON.stringify({ handle, password, deviceName: 'slow', proof: null });
  const sending = request(`${url}/v1/sessions`, {
    method: 'POST',
    ...(agent ? { agent } : {}),
    headers: {
      'content-type': 'application/json',
      'content-length': body.length,
      connection: 'keep-alive',
    },
  });
  const answered = new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    sending.on(
      'response',
      (response) =>
        void text(response).then((all) => resolve({ status: response.statusCode, body: all })),
    );
    sending.on('error', reject);
  });
  sending.write(body.slice(0, 10));
  // Until the server has surely begun: a second call on another connection was answered meanwhile.
  await call(url, ['GET', '/v1/server']);
  return { finish: () => sending.end(body.slice(10)), answered };
}

describe('a server that is told to stop (G18)', () => {
  it('sends connected devices away, each for a while of its own', async () => {
    const { server, records } = await start();
    const people = await Promise.all(Array.from({ length: 4 }, () => aPerson(server.url)));
    const connections = await Promise.all(people.map((person) => connected(server.url, person)));
    const closings = connections.map(({ heard }) => heard('closing'));
    await server.stop();
    const told = await Promise.all(closings);
    expect(told).toEqual(
      told.map(() => ({ reason: 'draining', retryAfterMs: expect.any(Number) })),
    );
    expect(new Set(told.map(({ retryAfterMs }) => retryAfterMs)).size).toBeGreaterThan(1);
    expect(records.map(({ event }) => event)).not.toContain('drain_cut');
  });

  it('answers what it has begun, and takes nothing new', async () => {
    const { server, records } = await start();
    const { handle } = await aPerson(server.url);
    const { finish, answered } = await halfSent(server.url, handle);
    const stopping = server.stop();
    await expect(fetch(`${server.url}/readyz`)).rejects.toThrow('fetch failed');
    finish();
    expect(await answered).toMatchObject({
      status: 200,
      body: expect.stringContaining('accessToken'),
    });
    await stopping;
    expect(records.map(({ event }) => event)).not.toContain('drain_cut');
  });

  it('keeps no connection for further requests once it has answered', async () => {
    const { server, records } = await start({ drainMs: 5_000 });
    const { handle } = await aPerson(server.url);
    const agent = new Agent({ keepAlive: true });
    const { finish, answered } = await halfSent(server.url, handle, agent);
    const stopping = server.stop();
    finish();
    expect(await answered).toMatchObject({ status: 200 });
    await stopping;
    agent.destroy();
    expect(records.map(({ event }) => event)).not.toContain('drain_cut');
  });

  it('cuts what is not done within its limit', async () => {
    const { server, records } = await start({ drainMs: 100 });
    const { handle } = await aPerson(server.url);
    const { answered } = await halfSent(server.url, handle);
    await Promise.all([server.stop(), expect(answered).rejects.toThrow('socket hang up')]);
    expect(records).toContainEqual({ level: 'warn', event: 'drain_cut', limitMs: 100 });
  });

  it('stops once, however often it is told', async () => {
    const { server, records } = await start();
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    expect(records.filter(({ event }) => event === 'stopped')).toHaveLength(1);
  });

  it('gives its port free', async () => {
    const { server } = await start();
    const port = Number(new URL(server.url).port);
    await server.stop();
    const again = await start({ port });
    expect(again.server.url).toBe(server.url);
    await again.server.stop();
  });
});

describe('a server that cannot start', () => {
  it('says that its port is taken, and what to do', async () => {
    const { server } = await start();
    const port = Number(new URL(server.url).port);
    const failure: unknown = await start({ port }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartError);
    expect(failure).toMatchObject({
      code: 'address_in_use',
      message: expect.stringContaining('SEALPOST_PORT'),
    });
    await server.stop();
  });

  it('says that this machine has no such address', async () => {
    await expect(start({ host: '192.0.2.1' })).rejects.toMatchObject({
      code: 'address_not_available',
    });
  });
});
