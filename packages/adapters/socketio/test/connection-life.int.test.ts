import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { describe, expect, it, vi } from 'vitest';
import { aDeployment, type Deployment, type TestDevice } from './support/deployment.ts';
import { eventually } from './support/eventually.ts';
import { RawSocket } from './support/raw-socket.ts';

const DISCONNECT = 1;

describe('a connection', () => {
  it('is closed with a reason when its device connects again', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const older = await deployment.connected(device);
    const newer = await deployment.connected(device);
    expect(await older.next('closing')).toEqual({ reason: 'superseded', retryAfterMs: null });
    await older.gone;
    expect(deployment.meter.counted('sockets_superseded')).toBe(1);
    deployment.connections.pushDevicesChanged(device.account);
    await newer.next('devices_changed');
    expect(deployment.connections.registry.size).toBe(1);
  });

  it('leaves those of other devices of its account alone', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const sibling = await deployment.sibling(device);
    const [one, other] = [await deployment.connected(device), await deployment.connected(sibling)];
    deployment.connections.pushDevicesChanged(device.account);
    await Promise.all([one.next('devices_changed'), other.next('devices_changed')]);
    expect([...deployment.connections.accounts()]).toEqual([device.account]);
  });

  it('is forgotten when the client goes', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const client = await deployment.connected(device);
    client.close();
    await eventually(() => !deployment.connections.has(device.account));
    expect(deployment.connections.registry.size).toBe(0);
  });

  it('does not keep the request that it came with, nor the credentials in it', async () => {
    const deployment = await aDeployment();
    const requests: WeakRef<IncomingMessage>[] = [];
    deployment.server.prependListener('upgrade', (request) => requests.push(new WeakRef(request)));
    const client = await deployment.connected(await deployment.device());
    // It collects garbage first.
    const kept = () => (queryObjects(IncomingMessage), requests.filter((one) => one.deref()));
    await eventually(() => kept().length === 0);
    expect(requests).toHaveLength(1);
    expect(client.socket.connected).toBe(true);
  });

  it('is let in by three writes: the upgrade, who it is, and what it missed', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const writes = vi.fn<() => void>();
    deployment.server.once('connection', (tcp: Socket) => {
      const [one, several] = [tcp._write, tcp._writev];
      tcp._write = (...written) => (writes(), one.apply(tcp, written));
      tcp._writev = (...written) => (writes(), several?.apply(tcp, written));
    });
    await deployment.connected(device);
    expect(writes).toHaveBeenCalledTimes(3);
  });

  it('is closed when the client leaves Socket.io and keeps the WebSocket', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const peer = await RawSocket.open(deployment.port);
    peer.connect({ protocol: 1, accessToken: device.accessToken, suites: [] });
    await eventually(() => deployment.connections.has(device.account));
    peer.packet([DISCONNECT]);
    await peer.closed;
    expect(deployment.connections.has(device.account)).toBe(false);
  });

  it('is closed at once when its session is revoked', async () => {
    const deployment = await aDeployment();
    const [device, bystander] = [await deployment.device(), await deployment.device()];
    const client = await deployment.connected(device);
    const other = await deployment.connected(bystander);
    deployment.fanOut.announce({ kind: 'sessions_revoked', sessions: [device.session] });
    expect(await client.next('closing')).toEqual({ reason: 'session_revoked', retryAfterMs: null });
    await client.gone;
    expect(other.of('closing')).toEqual([]);
  });

  it('is closed within seconds when its session is revoked and no hint comes', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const client = await deployment.connected(device);
    await deployment.stores.sessions.revoke([device.session], deployment.time.now());
    deployment.time.advance(2_000);
    expect(await client.next('closing')).toMatchObject({ reason: 'session_revoked' });
  });

  it('is closed when its session is revoked while it is let in', async () => {
    const deployment = await aDeployment({
      useCases: (real) => ({
        identifyCaller: {
          execute: async (token) => {
            const claims = await real.identifyCaller.execute(token);
            deployment.connections.closeSessions(claims ? [claims.session] : [], 'session_revoked');
            return claims;
          },
        } as typeof real.identifyCaller,
      }),
    });
    const device = await deployment.device();
    const client = deployment.open({
      auth: { protocol: 1, accessToken: device.accessToken, suites: [] },
    });
    expect(await client.next('closing')).toMatchObject({ reason: 'session_revoked' });
    await client.gone;
    expect(deployment.connections.has(device.account)).toBe(false);
  });

  it('ends with its token', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const client = await deployment.connected(device);
    deployment.time.advance(599_000);
    expect(deployment.connections.has(device.account)).toBe(true);
    deployment.time.advance(1_000);
    expect(await client.next('closing')).toEqual({ reason: 'token_expired', retryAfterMs: 0 });
    await client.gone;
  });

  it('goes on when a fresh token of its session is presented in time', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const client = await deployment.connected(device);
    deployment.time.advance(500_000);
    const accessToken = await deployment.tokenOf(device);
    const expiresAt = deployment.time.now() + 600_000;
    expect(await client.request('authenticate', { accessToken })).toEqual({
      ok: true,
      value: { expiresAt },
    });
    // The older token is good, too, and shortens nothing.
    const again = await client.request('authenticate', { accessToken: device.accessToken });
    expect(again).toEqual({ ok: true, value: { expiresAt } });
    deployment.time.advance(599_000);
    expect(client.of('closing')).toEqual([]);
    deployment.time.advance(1_000);
    expect(await client.next('closing')).toMatchObject({ reason: 'token_expired' });
  });

  it('takes no token of another session, device or account', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const client = await deployment.connected(device);
    const stranger = await deployment.device();
    const sibling = await deployment.sibling(device);
    const foreign = [
      'made-up',
      stranger.accessToken,
      sibling.accessToken,
      await deployment.tokenOf({ ...device, session: 'another' }),
      await deployment.tokenOf({ ...device, device: sibling.device }),
      await deployment.tokenOf({ ...device, account: stranger.account }),
    ];
    for (const accessToken of foreign) {
      const answer = await client.request('authenticate', { accessToken });
      expect(answer).toEqual({ ok: false, error: { code: 'unauthenticated' } });
    }
    deployment.time.advance(600_000);
    expect(await client.next('closing')).toMatchObject({ reason: 'token_expired' });
  });
});

describe('presence', () => {
  const online = (deployment: Deployment, { account }: TestDevice) =>
    deployment.leases.online([account]);

  it('begins with the connection, goes on with it, and ends with it', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const client = await deployment.connected(device);
    for (let passed = 0; passed < 120; passed++) {
      deployment.time.advance(1_000);
      await setImmediate();
      expect(await online(deployment, device)).toEqual([device.account]);
    }
    client.close();
    await eventually(async () => (await online(deployment, device)).length === 0);
  });

  it('goes on when the device replaces its connection', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const older = await deployment.connected(device);
    const newer = await deployment.connected(device);
    await older.gone;
    await setImmediate();
    expect(await online(deployment, device)).toEqual([device.account]);
    newer.close();
    await eventually(async () => (await online(deployment, device)).length === 0);
  });

  it('of a device that has connected to another process ends here, with the reason', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const client = await deployment.connected(device);
    deployment.time.advance(5_000);
    const elsewhere = { ...device, serial: 1, agoMs: 0 };
    await deployment.leases.hold('another', { leaseMs: 30_000, opened: [elsewhere], ended: [] });
    deployment.fanOut.announce({ kind: 'superseded', processes: ['this one'] });
    expect(await client.next('closing')).toEqual({ reason: 'superseded', retryAfterMs: null });
    await client.gone;
    expect(await online(deployment, device)).toEqual([device.account]);
    expect(deployment.meter.counted('sockets_superseded')).toBe(1);
  });
});
