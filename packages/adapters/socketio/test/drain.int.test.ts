import { setImmediate } from 'node:timers/promises';
import { many } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { aDeployment, aSend } from './support/deployment.ts';
import { eventually } from './support/eventually.ts';

describe('a drain', () => {
  it('answers what was taken, tells everybody when to come back, and closes', async () => {
    let release: (() => void) | null = null;
    const deployment = await aDeployment({
      useCases: (real) => ({
        appendEntry: {
          execute: async (...command: Parameters<typeof real.appendEntry.execute>) => {
            await new Promise<void>((resolve) => (release = resolve));
            return real.appendEntry.execute(...command);
          },
        } as typeof real.appendEntry,
      }),
    });
    const device = await deployment.device();
    const conversation = await deployment.found([device]);
    const client = await deployment.connected(device);
    const answer = client.request('send', aSend(conversation));
    await eventually(() => release !== null);
    const drained = deployment.transport.drain();
    expect(await client.request('send', aSend(conversation))).toEqual({
      ok: false,
      error: { code: 'unavailable', retryAfterMs: 1_000 },
    });
    expect(client.of('closing')).toEqual([]);
    (release as unknown as () => void)();
    expect(await answer).toMatchObject({ ok: true, value: { seq: 2 } });
    await drained;
    const closing = await client.next('closing');
    expect(closing.reason).toBe('draining');
    expect(closing.retryAfterMs).toBeGreaterThanOrEqual(200);
    expect(closing.retryAfterMs).toBeLessThan(1_100);
    await client.gone;
    expect(deployment.records).toContainEqual({
      level: 'info',
      event: 'sockets_drained',
      sockets: 1,
      unfinished: 0,
    });
  });

  it('lets nobody in, and asks them to come back as soon as those whom it sends away', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    await deployment.transport.drain();
    const auth = { protocol: 1, accessToken: device.accessToken, suites: [] };
    const { error } = (await deployment.refusal({ auth })) as { error: { retryAfterMs: number } };
    expect(error).toMatchObject({ code: 'unavailable' });
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(200);
    expect(error.retryAfterMs).toBeLessThan(1_000);
  });

  it('sends away who was let in just before', async () => {
    let release: (() => void) | null = null;
    const deployment = await aDeployment({
      useCases: (real) => ({
        identifyCaller: {
          execute: async (token: string) => {
            await new Promise<void>((resolve) => (release = resolve));
            return real.identifyCaller.execute(token);
          },
        } as typeof real.identifyCaller,
      }),
    });
    const { accessToken } = await deployment.device();
    const client = deployment.open({ auth: { protocol: 1, accessToken, suites: [] } });
    await eventually(() => release !== null);
    await deployment.transport.drain();
    (release as unknown as () => void)();
    expect(await client.next('closing')).toMatchObject({ reason: 'draining' });
    await client.gone;
  });

  it('spreads the times to come back', async () => {
    const deployment = await aDeployment();
    const clients = await Promise.all(
      many(20, async () => deployment.connected(await deployment.device())),
    );
    await deployment.transport.drain();
    const times = await Promise.all(
      clients.map(async (client) => (await client.next('closing')).retryAfterMs),
    );
    expect(new Set(times).size).toBeGreaterThan(5);
  });

  it('ends the leases of those who were online', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    await deployment.connected(device);
    deployment.time.advance(1_000);
    const online = () => deployment.leases.online([device.account]);
    await eventually(async () => (await online()).length === 1);
    await deployment.transport.drain();
    expect(await online()).toEqual([]);
  });

  it('waits no longer than its limits for what does not end', async () => {
    let begun = false;
    const deployment = await aDeployment({
      options: { drainMs: 3_000, closeGraceMs: 2_000 },
      useCases: () => ({
        moveCursors: {
          execute: () => {
            begun = true;
            return new Promise<void>(() => undefined);
          },
        } as never,
      }),
    });
    const stuck = await deployment.connected(await deployment.device());
    const deaf = await deployment.connected(await deployment.device());
    void stuck
      .request('cursors', { cursors: [{ conversation: 'c', incarnation: 1 }] })
      .catch(() => undefined);
    deaf.pause();
    await eventually(() => begun);
    let done = false;
    const drained = deployment.transport.drain().then(() => (done = true));
    deployment.time.advance(2_999);
    await setImmediate();
    expect(stuck.of('closing')).toEqual([]);
    deployment.time.advance(1);
    expect(await stuck.next('closing')).toMatchObject({ reason: 'draining' });
    await stuck.gone;
    deployment.time.advance(1_999);
    await setImmediate();
    expect(done).toBe(false);
    deployment.time.advance(1);
    await drained;
  });

  it('is not needed for a stop, after which nothing runs', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const client = await deployment.connected(device);
    await deployment.transport.stop();
    await client.gone;
    expect(deployment.connections.registry.size).toBe(0);
    await deployment.transport.stop();
  });
});
