import { AdapterFailure } from '@sealpost/domain';
import { aClientId, sha256Of, someBytes } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { aDeployment, aSend } from './support/deployment.ts';

describe('a message', () => {
  it('is acknowledged with its number once it is stored, and repeated with the same', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const conversation = await deployment.found([device]);
    const client = await deployment.connected(device);
    const message = aSend(conversation);
    const answer = await client.request('send', message);
    const value = { seq: 2, acceptedAt: deployment.time.now(), digest: expect.any(Uint8Array) };
    expect(answer).toEqual({ ok: true, value });
    expect(await client.request('send', message)).toEqual(answer);
    const page = await deployment.log.page(conversation, 1, { entries: 10, bytes: 10_000 });
    expect(page?.entries).toEqual([
      expect.objectContaining({ seq: 2, clientId: message['clientId'] }),
    ]);
    expect(page?.entries[0]?.sender).toEqual({ account: device.account, device: device.device });
  });

  it('is refused with what heals', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const conversation = await deployment.found([device]);
    const client = await deployment.connected(device);
    const stale = await client.request('send', aSend(conversation, { epoch: 2 }));
    expect(stale).toEqual({
      ok: false,
      error: { code: 'stale_epoch', generation: 1, epoch: 1, head: 1 },
    });
    const after = aClientId();
    const early = await client.request('send', aSend(conversation, { after }));
    expect(early).toEqual({ ok: false, error: { code: 'out_of_turn', after } });
    const parts = [{ audience: 'all', bytes: someBytes(97 * 1024) }];
    const large = await client.request('send', aSend(conversation, { parts }));
    expect(large).toEqual({
      ok: false,
      error: { code: 'too_large', limitBytes: 98_304, actualBytes: 99_328 },
    });
  });

  it('to a conversation of others is refused like one to none, and changes nothing', async () => {
    const deployment = await aDeployment();
    const [alice, eve] = [await deployment.device(), await deployment.device()];
    const conversation = await deployment.found([alice]);
    const client = await deployment.connected(eve);
    const answers = [
      await client.request('send', aSend(conversation)),
      await client.request('send', aSend('no-such-conversation')),
      await client.request('typing', { conversation, payload: someBytes(3) }),
    ];
    expect(answers).toEqual(Array(3).fill({ ok: false, error: { code: 'not_found' } }));
    const cursors = [{ conversation, incarnation: 1, delivered: 1, read: 1 }];
    expect(await client.request('cursors', { cursors })).toEqual({ ok: true, value: {} });
    expect(
      await deployment.stores.cursors.ofConversation(conversation, [alice.account, eve.account]),
    ).toEqual([]);
    expect((await deployment.log.load(conversation))?.head.seq).toBe(1);
  });
});

describe('cursors and typing', () => {
  it('moves cursors of many conversations in one packet, and tells the members', async () => {
    const deployment = await aDeployment();
    const [alice, bob] = [await deployment.device(), await deployment.device()];
    const conversations = [
      await deployment.found([alice, bob]),
      await deployment.found([alice, bob]),
    ];
    const [author, reader] = [await deployment.connected(alice), await deployment.connected(bob)];
    const cursors = conversations.map((conversation) => ({
      conversation,
      incarnation: 1,
      delivered: 1,
      read: 1,
      shown: 0,
    }));
    expect(await reader.request('cursors', { cursors })).toEqual({ ok: true, value: {} });
    const told = [await author.next('receipts'), await author.next('receipts')];
    expect(told).toEqual(
      conversations.map((conversation) => ({
        conversation,
        cursor: { account: bob.account, delivered: 1, read: 0, shown: 0 },
      })),
    );
    // Its own account is told the truth.
    expect(await reader.next('receipts')).toMatchObject({
      cursor: { account: bob.account, read: 1 },
    });
  });

  it('tells the members who are connected that somebody is typing, but not the device itself', async () => {
    const deployment = await aDeployment();
    const [alice, bob] = [await deployment.device(), await deployment.device()];
    const phone = await deployment.sibling(alice);
    const conversation = await deployment.found([alice, bob]);
    const [typist, own, other] = [
      await deployment.connected(alice),
      await deployment.connected(phone),
      await deployment.connected(bob),
    ];
    const payload = sha256Of('typing');
    expect(await typist.request('typing', { conversation, payload })).toEqual({
      ok: true,
      value: {},
    });
    const event = { conversation, account: alice.account, device: alice.device, payload };
    expect(await other.next('typing')).toEqual(event);
    expect(await own.next('typing')).toEqual(event);
    deployment.connections.pushDevicesChanged(alice.account);
    await typist.next('devices_changed');
    expect(typist.of('typing')).toEqual([]);
  });
});

describe('whatever else a client sends', () => {
  it('is refused with each place that is wrong and nothing of what stood there', async () => {
    const deployment = await aDeployment();
    const device = await deployment.device();
    const client = await deployment.connected(device);
    const hostile: [string, unknown][] = [
      ['send', null],
      ['send', 'marker'],
      ['send', aSend('has spaces and marker')],
      ['send', aSend('c', { epoch: -1, marker: 1 })],
      ['send', aSend('c', { parts: [{ audience: 'joiners', bytes: someBytes(1) }] })],
      ['send', aSend('c', { parts: [] })],
      ['cursors', { cursors: [{ conversation: 'c', incarnation: 1, delivered: 2 ** 60 }] }],
      ['typing', { conversation: 'c', payload: someBytes(1025) }],
      ['authenticate', { accessToken: 'marker'.repeat(1000) }],
    ];
    for (const [event, payload] of hostile) {
      const answer = await client.ask(event, payload);
      expect(answer).toEqual({
        ok: false,
        error: { code: 'invalid_request', issues: expect.any(Array) },
      });
      expect(JSON.stringify(answer)).not.toContain('marker');
    }
    expect(await client.ask('send', aSend('c', { epoch: -1 }))).toEqual({
      ok: false,
      error: {
        code: 'invalid_request',
        issues: [{ path: 'epoch', problem: 'must be at least 1' }],
      },
    });
    const onePayload = {
      ok: false,
      error: { code: 'invalid_request', issues: [{ path: '', problem: 'must be one payload' }] },
    };
    expect(await client.ask('send', aSend('c'), {})).toEqual(onePayload);
    expect(await client.ask('send')).toEqual(onePayload);
    expect(client.of('closing')).toEqual([]);
  });

  it('is refused when no such event is known, and ends the connection after a few', async () => {
    const deployment = await aDeployment({ options: { maxViolations: 3 } });
    const device = await deployment.device();
    const client = await deployment.connected(device);
    expect(await client.ask('toString', {})).toEqual({
      ok: false,
      error: { code: 'unknown_call' },
    });
    expect(await client.ask('constructor')).toEqual({ ok: false, error: { code: 'unknown_call' } });
    void client.ask('closing', {}).catch(() => undefined);
    expect(await client.next('closing')).toMatchObject({ reason: 'protocol_error' });
  });

  it('ends the connection after a few that want no answer', async () => {
    const deployment = await aDeployment({ options: { maxViolations: 3 } });
    const device = await deployment.device();
    const conversation = await deployment.found([device]);
    const client = await deployment.connected(device);
    for (let sent = 0; sent < 3; sent++) client.socket.emit('send', aSend(conversation));
    // On the heels of the others: it arrives when the connection is closed already.
    void client.request('send', aSend(conversation)).catch(() => undefined);
    expect(await client.next('closing')).toMatchObject({ reason: 'protocol_error' });
    await client.gone;
    expect((await deployment.log.load(conversation))?.head.seq).toBe(1);
  });

  it('is answered unavailable while an adapter fails, and internal when something is broken', async () => {
    const fault = new AdapterFailure({
      adapter: 'test',
      operation: 'load',
      retryable: true,
      detail: '57P03',
    });
    const deployment = await aDeployment({
      useCases: (real) => ({
        sharePresence: Object.assign(Object.create(real.sharePresence), {
          typing: () => Promise.reject(fault),
        }),
        moveCursors: {
          execute: () => Promise.reject(new TypeError('marker')),
        } as unknown as typeof real.moveCursors,
      }),
    });
    const client = await deployment.connected(await deployment.device());
    const typing = await client.request('typing', { conversation: 'c', payload: someBytes(1) });
    expect(typing).toEqual({ ok: false, error: { code: 'unavailable', retryAfterMs: 1_000 } });
    const cursors = await client.request('cursors', {
      cursors: [{ conversation: 'c', incarnation: 1 }],
    });
    expect(cursors).toEqual({ ok: false, error: { code: 'internal' } });
    expect(deployment.records).toContainEqual({
      level: 'warn',
      event: 'fault',
      during: 'typing',
      adapter: 'test',
      operation: 'load',
      detail: '57P03',
    });
    const bug = deployment.records.find(({ event }) => event === 'bug');
    expect(bug).toEqual({
      level: 'error',
      event: 'bug',
      during: 'cursors',
      error: 'TypeError',
      at: expect.arrayContaining([expect.stringContaining('at ')]),
    });
    expect(JSON.stringify(deployment.records)).not.toContain('marker');
  });
});
