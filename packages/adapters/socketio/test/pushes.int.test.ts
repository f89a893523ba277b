import type { Audience, Bytes, DeviceId, EntriesPush, Entry } from '@sealpost/domain';
import type { ServerPayload, WireEntry } from '@sealpost/protocol';
import { aBundle, bytesOf, many, someBytes } from '@sealpost/testing';
import { fc } from '@fast-check/vitest';
import { describe, expect, it, vi } from 'vitest';
import { aDeployment, aSend, type Deployment, type TestDevice } from './support/deployment.ts';
import { anEntry, aPush } from './support/pushes.ts';
import { suite } from './support/server-domain.ts';
import type { TestClient } from './support/test-client.ts';

/** Everything that was pushed before has arrived afterwards. */
async function settled(
  deployment: Deployment,
  clients: ReadonlyMap<TestDevice, TestClient>,
): Promise<void> {
  for (const account of new Set([...clients.keys()].map((device) => device.account)))
    deployment.connections.pushDevicesChanged(account);
  await Promise.all([...clients.values()].map((client) => client.next('devices_changed')));
}

async function connectedAll(
  deployment: Deployment,
  devices: readonly TestDevice[],
): Promise<Map<TestDevice, TestClient>> {
  const clients = await Promise.all(devices.map((device) => deployment.connected(device)));
  return new Map(devices.map((device, at) => [device, clients[at] as TestClient]));
}

/** How often a push is put on the wire: the digest of its first entry is read for nothing else. */
function encodingsOf({ entries: [first] }: EntriesPush): () => number {
  const { digest } = first as Entry;
  const get = vi.fn<() => Bytes>(() => digest);
  Object.defineProperty(first, 'digest', { get });
  return () => get.mock.calls.length;
}

describe('new entries', () => {
  it('reach every connected device of the members, and nobody else', async () => {
    const deployment = await aDeployment();
    const [alice, bob, eve] = [
      await deployment.device(),
      await deployment.device(),
      await deployment.device(),
    ];
    const phone = await deployment.sibling(alice);
    const conversation = await deployment.found([alice, bob]);
    const clients = await connectedAll(deployment, [alice, phone, bob, eve]);
    await deployment.appended(conversation, alice, {
      parts: [{ audience: 'all', bytes: bytesOf('hi') }],
    });
    for (const device of [alice, phone, bob]) {
      const push = await clients.get(device)?.next('entries');
      expect(push).toMatchObject({ conversation, incarnation: 1, more: [] });
      expect(push?.entries).toEqual([
        expect.objectContaining({
          conversation,
          seq: 2,
          kind: 'message',
          sender: { account: alice.account, device: alice.device },
          change: null,
          parts: [{ audience: 'all', bytes: bytesOf('hi') }],
        }),
      ]);
    }
    await settled(deployment, clients);
    expect(clients.get(eve)?.of('entries')).toEqual([]);
  });

  it('are not given again to the connection that takes them from its answers (G5)', async () => {
    const deployment = await aDeployment();
    const alice = await deployment.device();
    const phone = await deployment.sibling(alice);
    const conversation = await deployment.found([alice]);
    const clients = await connectedAll(deployment, [alice, phone]);
    const [sender, other] = [clients.get(alice), clients.get(phone)];
    expect(await sender?.next('hello')).toMatchObject({ skipsEcho: true });
    const send = aSend(conversation);
    expect(await sender?.request('send', { ...send, skipEcho: true })).toMatchObject({
      ok: true,
      value: { seq: 2, place: { incarnation: 1, loud: 1 } },
    });
    expect(await other?.next('entries')).toMatchObject({ entries: [{ seq: 2 }] });
    await settled(deployment, clients);
    expect(sender?.of('entries')).toEqual([]);

    // Whoever sends it again reads the log: its push may have gone to a connection of before.
    const again = await sender?.request('send', { ...send, skipEcho: true });
    expect(again).toMatchObject({ ok: true, value: { seq: 2 } });
    expect(again).not.toMatchObject({ value: { place: expect.anything() as unknown } });
  });

  it('are given to a sender that did not say that it takes them from its answers', async () => {
    const deployment = await aDeployment();
    const alice = await deployment.device();
    const conversation = await deployment.found([alice]);
    const client = await deployment.connected(alice);
    const answer = await client.request('send', aSend(conversation));
    expect(answer).not.toMatchObject({ value: { place: expect.anything() as unknown } });
    expect(await client.next('entries')).toMatchObject({ entries: [{ seq: 2 }] });
  });

  it('leave together with whatever else is written to a connection in the same turn', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const client = await deployment.connected(device);
    const [connection] = deployment.connections.registry.of(device.account);
    const flushes: number[] = [];
    connection?.conn.on('flush', (packets: readonly unknown[]) => flushes.push(packets.length));
    for (const seq of [1, 2]) deployment.connections.pushEntries(aPush([device], [anEntry(seq)]));
    deployment.connections.pushDevicesChanged(device.account);
    await client.next('devices_changed');
    expect(client.of('entries').map(({ entries }) => entries[0]?.seq)).toEqual([1, 2]);
    expect(flushes).toEqual([3]);
  });

  it('are encoded once for a room of 50 sockets, and arrive in each of them as they are', async () => {
    const deployment = await aDeployment();
    const devices = await Promise.all(many(50, () => deployment.device()));
    const clients = await connectedAll(deployment, devices);
    const push = aPush(devices, [anEntry(1), anEntry(2)]);
    const encodings = encodingsOf(push);
    deployment.connections.pushEntries(push);
    expect(encodings()).toBe(1);
    for (const client of clients.values()) {
      const { entries } = await client.next('entries');
      expect(entries.map(({ seq }) => seq)).toEqual([1, 2]);
    }
  });

  it('are framed exactly, whatever their size', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const client = await deployment.connected(device);
    // The three forms of a frame's length: below 126, below 65,536 and above; an entry takes some hundred bytes itself.
    for (const length of [0, 1, 65_000, 65_200, 65_300, 65_400, 65_500, 65_535, 65_536, 200_000]) {
      const bytes = someBytes(length, length % 251);
      deployment.connections.pushEntries(
        aPush([device], [anEntry(1, [{ audience: 'all', bytes }])]),
      );
      const { entries } = await client.next('entries');
      expect(entries[0]?.parts).toEqual([{ audience: 'all', bytes }]);
    }
  });

  it('are cut into frames of a bounded size, in order', async () => {
    const deployment = await aDeployment({ options: { pushFrameBytes: 1_000 } });
    const device = await deployment.device();
    const client = await deployment.connected(device);
    const sizes = [400, 400, 400, 3_000, 10, 10];
    const entries = sizes.map((size, at) =>
      anEntry(at + 1, [{ audience: 'all', bytes: someBytes(size) }]),
    );
    deployment.connections.pushEntries(aPush([device], entries));
    const pushes = [
      await client.next('entries'),
      await client.next('entries'),
      await client.next('entries'),
      await client.next('entries'),
    ];
    expect(pushes.map((push) => push.entries.map(({ seq }) => seq))).toEqual([
      [1, 2],
      [3],
      [4],
      [5, 6],
    ]);
  });

  it('go to a device that is named in a frame of its own, with all that it may have', async () => {
    const deployment = await aDeployment();
    const [alice, bob] = [await deployment.device(), await deployment.device()];
    const clients = await connectedAll(deployment, [alice, bob]);
    const parts = [
      { audience: 'all', bytes: bytesOf('for all') },
      { audience: 'joiners', bytes: bytesOf('for joiners') },
      { audience: [bob.device, 'device-that-is-away'], bytes: bytesOf('for bob') },
    ] as const;
    deployment.connections.pushEntries(aPush([alice, bob], [anEntry(1, parts)]));
    const [room, own] = [
      await clients.get(alice)?.next('entries'),
      await clients.get(bob)?.next('entries'),
    ];
    expect(room?.more).toEqual([bob.device]);
    expect(room?.entries[0]?.parts).toEqual([{ audience: 'all', bytes: bytesOf('for all') }]);
    expect(own?.more).toEqual([]);
    expect(own?.entries[0]?.parts).toEqual([
      { audience: 'all', bytes: bytesOf('for all') },
      { audience: 'device', bytes: bytesOf('for bob') },
    ]);
  });

  it('with parts of their own reach exactly the devices that they name, among those of the members', async () => {
    const deployment = await aDeployment();
    const alice = await deployment.device();
    const devices = [
      alice,
      await deployment.sibling(alice),
      await deployment.sibling(alice),
      await deployment.device(),
      await deployment.device(),
    ];
    const outsider = await deployment.device();
    const clients = await connectedAll(deployment, [...devices, outsider]);
    const ids = [...devices, outsider].map(({ device }) => device);
    const audience: fc.Arbitrary<Audience> = fc.oneof(
      fc.constant<Audience>('all'),
      fc.constant<Audience>('joiners'),
      fc.subarray(ids, { minLength: 1 }),
    );
    const part = fc.record({ audience, bytes: fc.uint8Array({ maxLength: 8 }) });
    const logs = fc.array(fc.array(part, { maxLength: 4 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(logs, fc.subarray(devices, { minLength: 1 }), async (partsOf, members) => {
        const push = aPush(
          members,
          partsOf.map((parts, at) => anEntry(at + 1, parts)),
        );
        deployment.connections.pushEntries(push);
        await settled(deployment, clients);
        for (const [device, client] of clients) {
          const came = client
            .of('entries')
            .filter(({ conversation }) => conversation === push.conversation);
          expect(given(came)).toEqual(
            push.to.includes(device.account) ? mayHave(push, device.device) : [],
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  it('that change the members are the last that a removed account is given', async () => {
    const deployment = await aDeployment();
    const [alice, bob] = [await deployment.device(), await deployment.device()];
    const conversation = await deployment.found([alice, bob]);
    const clients = await connectedAll(deployment, [alice, bob]);
    const change = {
      mode: 'member' as const,
      founding: null,
      addMembers: [],
      removeMembers: [bob.account],
      setRoles: [],
      addDevices: [],
      removeDevices: [{ account: bob.account, device: bob.device }],
      revokeDevices: [],
    };
    await deployment.appended(conversation, alice, { kind: 'commit', class: 'quiet', change });
    await deployment.appended(conversation, alice, { epoch: 2 });
    const [removal, message] = [
      await clients.get(alice)?.next('entries'),
      await clients.get(alice)?.next('entries'),
    ];
    expect([removal?.entries[0]?.seq, message?.entries[0]?.seq]).toEqual([2, 3]);
    await settled(deployment, clients);
    expect(given(clients.get(bob)?.of('entries') ?? []).map(([seq]) => seq)).toEqual([2]);
    expect(clients.get(bob)?.of('entries')[0]?.entries[0]?.change).toEqual(change);
  });
});

describe('other pushes', () => {
  it('tell a device its stock after a claim, if it asked for that suite', async () => {
    const deployment = await aDeployment();
    const [asked, other] = [await deployment.device(), await deployment.device()];
    const one = await deployment.connected(asked, { suites: [suite] });
    const two = await deployment.connected(other);
    for (const device of [asked, other]) {
      await deployment.stores.keys.upload({
        device,
        suite,
        oneTime: [aBundle()],
        lastResort: null,
        now: deployment.time.now(),
        limit: 100,
      });
      deployment.fanOut.announce({
        kind: 'stock_changed',
        account: device.account,
        device: device.device,
      });
    }
    expect(await one.next('stock')).toMatchObject({ stock: { oneTime: 0 } });
    expect(await one.next('stock')).toMatchObject({ stock: { oneTime: 1, lastResort: 'absent' } });
    deployment.fanOut.announce({ kind: 'devices_changed', account: other.account });
    await two.next('devices_changed');
    expect(two.of('stock')).toEqual([]);
  });

  it('reach nobody when nobody of the account is connected', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const push = aPush([device], [anEntry(1)]);
    const encodings = encodingsOf(push);
    deployment.connections.pushEntries(push);
    deployment.connections.pushStock(device, {
      suite,
      oneTime: 1,
      lastResort: 'fresh',
      directoryEpoch: 1,
    });
    deployment.connections.pushDevicesChanged(device.account);
    expect(deployment.connections.has(device.account)).toBe(false);
    expect(encodings()).toBe(0);
  });
});

type Given = readonly [seq: number, parts: WireEntry['parts']];

const given = (pushes: readonly ServerPayload<'entries'>[]): Given[] =>
  pushes.flatMap(({ entries }) => entries.map(({ seq, parts }): Given => [seq, parts]));

const mayHave = (push: EntriesPush, device: DeviceId): Given[] =>
  push.entries.map(({ seq, parts }): Given => [
    seq,
    parts.flatMap(({ audience, bytes }): WireEntry['parts'] => {
      if (audience === 'all') return [{ audience, bytes }];
      return audience !== 'joiners' && audience.includes(device)
        ? [{ audience: 'device', bytes }]
        : [];
    }),
  ]);
