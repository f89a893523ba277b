import { MemoryPresenceLeases } from '@sealpost/adapter-memory';
import { aFounding, aLeaving, someBytes, TestDeployment, testDigest } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { directId } from '../conversation/conversation-id.ts';
import { SharePresence } from './share-presence.ts';

async function aWorld() {
  const deployment = new TestDeployment();
  const [ann, bob, cat] = [
    await deployment.person(),
    await deployment.person(),
    await deployment.person(),
  ];
  const state = await deployment.group(ann, [bob]);
  const { log, fanOut } = deployment.process();
  await log.state(state.id);
  const leases = new MemoryPresenceLeases(deployment.time);
  const presence = new SharePresence({
    leases,
    accounts: deployment.stores.accounts,
    log,
    fanOut,
    clock: deployment.time,
  });
  return { deployment, ann, bob, cat, state, fanOut, leases, presence };
}
const notFound = { ok: false, error: { code: 'not_found' } };

describe('presence', () => {
  it('is told to those who share the conversation', async () => {
    const { ann, bob, cat, state, leases, presence } = await aWorld();
    const opened = [bob, cat].map((device) => ({ ...device, serial: 1, agoMs: 0 }));
    await leases.hold('a process', { leaseMs: 30_000, opened, ended: [] });
    expect(await presence.online(state.id, ann.account)).toEqual({
      ok: true,
      value: [bob.account],
    });
    expect(await presence.online(state.id, cat.account)).toEqual(notFound);
    expect(await presence.online('nowhere', ann.account)).toEqual(notFound);
  });

  it('is told to nobody who left, whatever this process has heard of it', async () => {
    const { deployment, bob, state, presence } = await aWorld();
    await deployment.must(aLeaving(state, bob));
    expect(await presence.online(state.id, bob.account)).toEqual(notFound);
  });
});

describe('typing', () => {
  it('is told to all members and to nobody else', async () => {
    const { ann, bob, cat, state, fanOut, presence } = await aWorld();
    const payload = someBytes(3);
    expect(await presence.typing(bob, state.id, payload)).toEqual({ ok: true, value: null });
    expect(fanOut.notices).toEqual([
      {
        kind: 'ephemeral',
        conversation: state.id,
        to: [ann.account, bob.account],
        event: { kind: 'typing', ...bob, payload },
      },
    ]);
    expect(await presence.typing(cat, state.id, payload)).toEqual(notFound);
    expect(fanOut.notices).toHaveLength(1);
  });

  it('by one who left goes nowhere', async () => {
    const { deployment, bob, state, fanOut, presence } = await aWorld();
    await deployment.must(aLeaving(state, bob));
    expect(await presence.typing(bob, state.id, someBytes(1))).toEqual(notFound);
    expect(fanOut.notices).toEqual([]);
  });

  it('in a direct conversation does not reach one who blocks its author', async () => {
    const { deployment, ann, bob, fanOut, presence } = await aWorld();
    const conversation = directId(testDigest, ann.account, bob.account);
    await deployment.must(
      aFounding('direct', ann, {
        members: [{ account: bob.account, role: 'member' }],
        conversation,
      }),
    );
    await deployment.stores.accounts.block(bob.account, ann.account);
    await presence.typing(ann, conversation, someBytes(1));
    await presence.typing(bob, conversation, someBytes(1));
    expect(fanOut.told('ephemeral').map(({ to }) => to)).toEqual([
      [ann.account],
      [ann.account, bob.account],
    ]);
  });
});
