import { setImmediate } from 'node:timers/promises';
import { encodeMsgpack } from '@sealpost/protocol';
import { aDeviceRef, many, someBytes } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { waitingBytes, waitingPackets } from '../src/engine-socket.ts';
import { aDeployment, aSend, type Deployment, type TestDevice } from './support/deployment.ts';
import { eventually } from './support/eventually.ts';
import { anEntry, aPush } from './support/pushes.ts';
import { RawSocket } from './support/raw-socket.ts';

const KiB = 1024;

/** Gives the event loop, and so the network, time to do what it can. */
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await setImmediate();
};

const sockets = (deployment: Deployment): Promise<number> =>
  new Promise((resolve, reject) => {
    deployment.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });

const aRaw = async (deployment: Deployment, device: TestDevice): Promise<RawSocket> => {
  const raw = await RawSocket.open(deployment.port);
  raw.connect({ protocol: 1, accessToken: device.accessToken, suites: [] });
  await eventually(() => raw.packets.length > 2);
  return raw;
};
const reasonsIn = ({ packets }: RawSocket): string[] =>
  (packets as [number, [string, { reason: string }]][])
    .filter(([type, data]) => type === 2 && data[0] === 'closing')
    .map(([, [, { reason }]]) => reason);

describe('frames', () => {
  it('of the largest message and its envelope are taken', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const conversation = await deployment.found([device]);
    const client = await deployment.connected(device);
    const parts = [{ audience: 'all', bytes: someBytes(96 * KiB) }];
    const blobs = many(64, (at) => `${'b'.repeat(60)}${1000 + at}`);
    expect(await client.request('send', aSend(conversation, { parts, blobs }))).toMatchObject({
      ok: true,
    });
  });

  it('that are larger close the connection with code 1009, and only that one', async () => {
    const deployment = await aDeployment();
    const [device, bystander] = [await deployment.device(), await deployment.device()];
    const raw = await aRaw(deployment, device);
    const other = await deployment.connected(bystander);
    raw.send(new Uint8Array(160 * KiB + 1));
    expect(await raw.closed).toBe(1009);
    await eventually(() => !deployment.connections.has(device.account));
    deployment.connections.pushDevicesChanged(bystander.account);
    await other.next('devices_changed');
  });

  it('that are malformed close the connection with a reason, whatever they are', async () => {
    const deployment = await aDeployment();
    const hostile = [
      Uint8Array.of(0xc1),
      Uint8Array.of(),
      '42["send",{}]',
      encodeMsgpack([2, ['disconnect']]),
      encodeMsgpack([2, ['__proto__'], -1]),
      encodeMsgpack({ type: 2 }),
    ];
    for (const frame of hostile) {
      const raw = await aRaw(deployment, await deployment.device());
      raw.send(frame);
      await raw.closed;
      expect(reasonsIn(raw)).toEqual(['protocol_error']);
    }
    // A second connect packet, or one out of place, is not for Socket.io to explain.
    for (const packet of [[0], [4, 'refused']]) {
      const raw = await aRaw(deployment, await deployment.device());
      raw.packet(packet);
      await raw.closed;
    }
    await deployment.connected(await deployment.device());
  });
});

describe('floods', () => {
  it('of events are refused with a time to wait, and served again after it', async () => {
    const deployment = await aDeployment({ options: { eventBurst: 10, eventsPerSecond: 2 } });
    const device = await deployment.device();
    const client = await deployment.connected(device);
    const cursors = [{ conversation: 'c', incarnation: 1 }];
    const answers = await Promise.all(many(12, () => client.request('cursors', { cursors })));
    expect(answers.slice(0, 10)).toEqual(Array(10).fill({ ok: true, value: {} }));
    expect(answers.slice(10)).toEqual(
      Array(2).fill({ ok: false, error: { code: 'rate_limited', retryAfterMs: 500 } }),
    );
    expect(deployment.meter.counted('floods_refused')).toBe(2);
    deployment.time.advance(500);
    expect(await client.request('cursors', { cursors })).toEqual({ ok: true, value: {} });
  });

  it('that go on close the connection', async () => {
    const deployment = await aDeployment({ options: { eventBurst: 10, eventsPerSecond: 2 } });
    const device = await deployment.device();
    const client = await deployment.connected(device);
    const cursors = [{ conversation: 'c', incarnation: 1 }];
    for (let sent = 0; sent < 30; sent++)
      void client.request('cursors', { cursors }).catch(() => undefined);
    const closing = await client.next('closing');
    expect(closing.reason).toBe('flooding');
    expect(closing.retryAfterMs).toBeGreaterThanOrEqual(10_000);
    await client.gone;
  });

  it('of frames that are no events close the connection too', async () => {
    const deployment = await aDeployment({ options: { eventBurst: 10, eventsPerSecond: 2 } });
    for (const frame of [encodeMsgpack([3, [], 1]), '3']) {
      const raw = await aRaw(deployment, await deployment.device());
      for (let sent = 0; sent < 30; sent++) raw.send(frame);
      await raw.closed;
      expect(reasonsIn(raw)).toEqual(['flooding']);
    }
  });

  it('from somebody who is not let in yet are cut', async () => {
    const deployment = await aDeployment({ options: { eventBurst: 10, eventsPerSecond: 2 } });
    const raw = await RawSocket.open(deployment.port);
    for (let sent = 0; sent < 30; sent++) raw.connect({}, `/n${sent}`);
    expect(await raw.closed).toBe(1006);
  });
});

describe('what is worked on at once', () => {
  it('is bounded for a connection and for all of them', async () => {
    const held: (() => void)[] = [];
    const deployment = await aDeployment({
      options: { eventsInFlight: 3, eventsInFlightInAll: 4 },
      useCases: () => ({
        moveCursors: { execute: () => new Promise<void>((resolve) => held.push(resolve)) } as never,
      }),
    });
    const one = await deployment.connected(await deployment.device());
    const two = await deployment.connected(await deployment.device());
    const payload = { cursors: [{ conversation: 'c', incarnation: 1 }] };
    const waiting = many(3, () => one.request('cursors', payload));
    const fourth = await one.request('cursors', payload);
    expect(fourth).toEqual({ ok: false, error: { code: 'rate_limited', retryAfterMs: 250 } });
    waiting.push(two.request('cursors', payload));
    const fifth = await two.request('cursors', payload);
    expect(fifth).toEqual({ ok: false, error: { code: 'unavailable', retryAfterMs: 250 } });
    for (const release of held.splice(0)) release();
    expect(await Promise.all(waiting)).toEqual(Array(4).fill({ ok: true, value: {} }));
    const further = many(3, () => one.request('cursors', payload));
    await eventually(() => held.length === 3);
    for (const release of held) release();
    expect(await Promise.all(further)).toEqual(Array(3).fill({ ok: true, value: {} }));
  });
});

describe('connections', () => {
  it('are refused with a time to come back when there are too many', async () => {
    const deployment = await aDeployment({ options: { maxConnections: 2 } });
    const device = await deployment.device();
    await deployment.connected(await deployment.device());
    const client = await deployment.connected(await deployment.device());
    const auth = { protocol: 1, accessToken: device.accessToken, suites: [] };
    const refusal = (await deployment.refusal({ auth })) as {
      error: { code: string; retryAfterMs: number };
    };
    expect(refusal.error.code).toBe('rate_limited');
    expect(refusal.error.retryAfterMs).toBeGreaterThanOrEqual(1_000);
    client.close();
    await eventually(() => deployment.connections.registry.size === 1);
    await deployment.connected(device);
  });

  it('are not even opened while too many have not said who they are', async () => {
    const deployment = await aDeployment({ options: { maxHandshakes: 2 } });
    const silent = [await RawSocket.open(deployment.port), await RawSocket.open(deployment.port)];
    const device = await deployment.device();
    const client = deployment.open({
      auth: { protocol: 1, accessToken: device.accessToken, suites: [] },
    });
    const refused = new Promise<Error>((resolve) => {
      client.socket.on('connect_error', resolve);
    });
    expect((await refused).message).toBe('websocket error');
    for (const socket of silent) socket.close();
    await eventually(async () => (await sockets(deployment)) === 0);
    await deployment.connected(device);
  });

  it('are WebSockets only', async () => {
    const deployment = await aDeployment();
    const polled = await fetch(
      `http://127.0.0.1:${deployment.port}/socket.io/?EIO=4&transport=polling`,
    );
    expect(polled.status).toBe(400);
  });

  it('are not moved to another WebSocket by whoever knows their id', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    await deployment.connected(device);
    const [connection] = deployment.connections.registry.of(device.account);
    const { id = '' } = (connection?.conn ?? {}) as unknown as { readonly id?: string };
    const other = new WebSocket(
      `ws://127.0.0.1:${deployment.port}/socket.io/?EIO=4&transport=websocket&sid=${id}`,
    );
    const opened = await new Promise((resolve) => {
      other.addEventListener('open', () => resolve(true));
      other.addEventListener('error', () => resolve(false));
    });
    expect([id.length > 10, opened]).toEqual([true, false]);
    expect(deployment.connections.has(device.account)).toBe(true);
  });
});

describe('a slow reader', () => {
  const options = { sendBufferBytes: 256 * KiB, closeGraceMs: 5_000 };
  const size = 64 * KiB;

  /** Pushes until the device is given up; answers how much was pushed. */
  async function pushUntilClosed(deployment: Deployment, device: TestDevice): Promise<number> {
    let pushed = 0;
    const parts = [{ audience: 'all', bytes: someBytes(size) }] as const;
    while (deployment.connections.has(device.account)) {
      deployment.connections.pushEntries(aPush([device], [anEntry(1, parts)]));
      pushed += size;
      await setImmediate();
      if (pushed > 256 * KiB * KiB) throw new Error('nothing bounds the buffer');
    }
    return pushed;
  }

  it('is closed with a reason, which it reads when it reads again', async () => {
    const deployment = await aDeployment({ options });
    const [device, bystander] = [await deployment.device(), await deployment.device()];
    const client = await deployment.connected(device);
    const other = await deployment.connected(bystander);
    const [conn] = deployment.connections.registry.of(device.account).map((one) => one.conn);
    if (!conn) throw new Error('it is connected');
    client.pause();
    await pushUntilClosed(deployment, device);
    expect(deployment.meter.counted('slow_readers_closed')).toBe(1);
    // What it did not read is not kept for it.
    expect(waitingBytes(conn)).toBeLessThan(KiB);
    client.resume();
    const closing = await client.next('closing');
    expect(closing.reason).toBe('too_slow');
    expect(closing.retryAfterMs).toBeGreaterThanOrEqual(1_000);
    await client.gone;
    expect(other.of('closing')).toEqual([]);
  });

  it('is cut when it does not even read that', async () => {
    const deployment = await aDeployment({ options });
    const device = await deployment.device();
    const client = await deployment.connected(device);
    client.pause();
    await pushUntilClosed(deployment, device);
    expect(await sockets(deployment)).toBe(1);
    deployment.time.advance(4_000);
    expect(await sockets(deployment)).toBe(1);
    deployment.time.advance(3_000);
    await eventually(async () => (await sockets(deployment)) === 0);
  });

  it('is found by the answers that it does not read, too', async () => {
    const owed = many(1_000, () => aDeviceRef());
    const refusal = {
      ok: false,
      error: { code: 'rekey_needed', owed, generation: 1, epoch: 1, head: 1 },
    };
    const deployment = await aDeployment({
      options: { sendBufferBytes: 1024 * KiB },
      useCases: () => ({ appendEntry: { execute: async () => refusal } as never }),
    });
    const device = await deployment.device();
    const client = await deployment.connected(device);
    const [conn] = deployment.connections.registry.of(device.account).map((one) => one.conn);
    if (!conn) throw new Error('it is connected');
    client.pause();
    while (waitingPackets(conn) === 0) {
      // The system takes nothing more.
      const parts = [{ audience: 'all', bytes: someBytes(size) }] as const;
      deployment.connections.pushEntries(aPush([device], [anEntry(1, parts)]));
      await turns(20);
    }
    const before = waitingPackets(conn);
    // Each answer is about 100 KB.
    for (let sent = 0; sent < 30; sent++)
      void client.request('send', aSend('c')).catch(() => undefined);
    await eventually(() => waitingPackets(conn) === before + 30);
    expect(deployment.connections.has(device.account)).toBe(true);
    deployment.time.advance(1_000);
    expect(deployment.connections.has(device.account)).toBe(false);
    expect(deployment.meter.counted('slow_readers_closed')).toBe(1);
  });

  it('is not who is given one large frame, or a long introduction', async () => {
    const deployment = await aDeployment({
      options: { sendBufferBytes: 2_000 },
      limits: { discoveryPage: 10 },
    });
    const device = await deployment.device();
    for (const _ of many(100, () => null)) await deployment.found([device]);
    const client = await deployment.connected(device);
    const told = client.of('heads').map(({ conversations }) => conversations.length);
    expect(told).toEqual(Array(10).fill(10));
    deployment.connections.pushEntries(
      aPush([device], [anEntry(1, [{ audience: 'all', bytes: someBytes(8 * KiB * KiB) }])]),
    );
    await client.next('entries');
    deployment.time.advance(1_000);
    expect(deployment.connections.has(device.account)).toBe(true);
  });
});
