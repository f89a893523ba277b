import { AdapterFailure, type DiscoveryPage } from '@sealpost/domain';
import { aBundle, aConversationId, anInstant, many } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { aDeployment } from './support/deployment.ts';
import { eventually } from './support/eventually.ts';
import { suite } from './support/server-domain.ts';

describe('after it connected, a device', () => {
  it('is told the conversations that go on beyond its cursors, then that this was all', async () => {
    const deployment = await aDeployment();
    const [alice, bob] = [await deployment.device(), await deployment.device()];
    const read = await deployment.found([alice, bob]);
    const unread = await deployment.found([alice, bob]);
    await deployment.appended(unread, alice);
    await deployment.useCases.moveCursors.execute(bob, [
      { conversation: read, incarnation: 1, delivered: 1 },
    ]);
    const client = await deployment.connected(bob);
    expect(client.received.map(({ event }) => event)).toEqual(['hello', 'heads', 'caught_up']);
    expect(await client.next('heads')).toEqual({
      incarnation: 1,
      conversations: [{ conversation: unread, head: 2, loud: 1, delivered: 0 }],
    });
    expect(client.of('caught_up')).toEqual([{ incarnation: 1 }]);
  });

  it('is told of many conversations in pages, newest activity first', async () => {
    const deployment = await aDeployment({ limits: { discoveryPage: 3 } });
    const device = await deployment.device();
    const conversations: string[] = [];
    for (const conversation of many(7, aConversationId)) {
      deployment.time.advance(1);
      conversations.unshift(await deployment.found([device], conversation));
    }
    const client = await deployment.connected(device);
    const pages = client
      .of('heads')
      .map((page) => page.conversations.map(({ conversation }) => conversation));
    expect(pages).toEqual([
      conversations.slice(0, 3),
      conversations.slice(3, 6),
      conversations.slice(6),
    ]);
    expect(client.received.at(-1)?.event).toBe('caught_up');
  });

  it('is told nothing but caught up when nothing waits', async () => {
    const deployment = await aDeployment();
    const client = await deployment.connected(await deployment.device());
    expect(client.received.map(({ event }) => event)).toEqual(['hello', 'caught_up']);
  });

  it('is told a cursor of 0 where its cursor is of before a restore', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const conversation = await deployment.found([device]);
    await deployment.useCases.moveCursors.execute(device, [
      { conversation, incarnation: 1, delivered: 1 },
    ]);
    deployment.incarnation.current = 2;
    const client = await deployment.connected(device);
    expect(await client.next('heads')).toEqual({
      incarnation: 2,
      conversations: [{ conversation, head: 1, loud: 0, delivered: 0 }],
    });
  });

  it('is given what is appended while it is being told what waits', async () => {
    const steps: (() => void)[] = [];
    const deployment = await aDeployment({
      useCases: (real) => ({
        discover: {
          page: async (...asked: Parameters<typeof real.discover.page>) => {
            const page = await real.discover.page(...asked);
            await new Promise<void>((resolve) => steps.push(resolve));
            return page;
          },
        } as typeof real.discover,
      }),
    });
    const [alice, bob] = [await deployment.device(), await deployment.device()];
    const conversation = await deployment.found([alice, bob]);
    const client = deployment.open({
      auth: { protocol: 1, accessToken: bob.accessToken, suites: [] },
    });
    await eventually(() => steps.length === 1);
    // Discovery has read its page, which knows nothing of this.
    await deployment.appended(conversation, alice);
    expect(await client.next('entries')).toMatchObject({ conversation, entries: [{ seq: 2 }] });
    steps[0]?.();
    expect(await client.next('heads')).toMatchObject({
      conversations: [{ conversation, head: 1 }],
    });
    await client.next('caught_up');
  });

  it('hears of its stock of keys, for each suite that it asked for', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const upload = {
      device,
      suite,
      oneTime: [aBundle(), aBundle()],
      lastResort: aBundle(),
      now: anInstant,
      limit: 100,
    };
    await deployment.stores.keys.upload(upload);
    const client = await deployment.connected(device, { suites: [suite, 'other-1'] });
    expect(client.of('stock')).toEqual([
      { stock: { suite, oneTime: 2, lastResort: 'fresh', directoryEpoch: 1 } },
      { stock: { suite: 'other-1', oneTime: 0, lastResort: 'absent', directoryEpoch: 1 } },
    ]);
  });

  it('is told later when the store fails meanwhile', async () => {
    let failures = 3;
    const deployment = await aDeployment({
      useCases: (real) => ({
        discover: {
          page: async (...asked: Parameters<typeof real.discover.page>): Promise<DiscoveryPage> => {
            if (failures-- > 0)
              throw new AdapterFailure({
                adapter: 'test',
                operation: 'behind',
                retryable: true,
                detail: 'down',
              });
            return real.discover.page(...asked);
          },
        } as typeof real.discover,
      }),
    });
    const device = await deployment.device();
    await deployment.found([device]);
    const client = deployment.open({
      auth: { protocol: 1, accessToken: device.accessToken, suites: [] },
    });
    await client.next('hello');
    await eventually(() => {
      deployment.time.advance(100);
      return client.of('caught_up').length > 0;
    });
    expect(client.of('heads')).toHaveLength(1);
    const faults = deployment.records.filter(({ event }) => event === 'fault');
    expect(faults).toHaveLength(3);
    expect(faults[0]).toEqual({
      level: 'warn',
      event: 'fault',
      during: 'introduction',
      adapter: 'test',
      operation: 'behind',
      detail: 'down',
    });
  });

  it('waits its turn when very many connect at once', async () => {
    let [now, most] = [0, 0];
    const deployment = await aDeployment({
      options: { introductionsAtOnce: 2 },
      useCases: (real) => ({
        discover: {
          page: async (...asked: Parameters<typeof real.discover.page>) => {
            most = Math.max(most, ++now);
            await new Promise((resolve) => setTimeout(resolve, 5));
            now -= 1;
            return real.discover.page(...asked);
          },
        } as typeof real.discover,
      }),
    });
    const devices = await Promise.all(many(12, () => deployment.device()));
    await Promise.all(devices.map((device) => deployment.connected(device)));
    expect(most).toBe(2);
  });
});
