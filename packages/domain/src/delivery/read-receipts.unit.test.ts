import {
  aFault,
  aLeaving,
  knownRevocations,
  many,
  overriding,
  RecordedConnections,
  TestDeployment,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { CachedLog } from '../log/cached-log.ts';
import { defaultLimits } from '../shared/limits.ts';
import { ReadReceipts } from './read-receipts.ts';

async function aWorld(receiptMembers = 32) {
  const deployment = new TestDeployment();
  const [ann, bob, cat] = [
    await deployment.person(),
    await deployment.person(),
    await deployment.person(),
  ];
  const state = await deployment.group(ann, [bob, cat]);
  for (const _ of many(3, () => 0)) await deployment.group(ann, []);
  const { log, cursors } = deployment.stores;
  const connections = new RecordedConnections(ann.account, bob.account);
  const cache = new CachedLog(log, 100);
  const revocations = { ...knownRevocations };
  const receipts = new ReadReceipts({
    ...{ log: cache, cursors, connections, revokedSessions: revocations },
    limits: { ...defaultLimits, receiptMembers },
  });
  const move = (account: string, device: string, delivered: number, read: number, shown: number) =>
    cursors.move([
      { conversation: state.id, account, device, incarnation: 1, delivered, read, shown },
    ]);
  await move(ann.account, ann.device, 9, 8, 5);
  await move(bob.account, bob.device, 7, 6, 0);
  return { deployment, ann, bob, cat, state, connections, cache, revocations, receipts, move };
}

describe('receipts', () => {
  it('show of others what they show of their reading, and one’s own as it is', async () => {
    const { ann, bob, state, receipts } = await aWorld();
    const answer = await receipts.execute(state.id, ann.account);
    expect(answer.ok && answer.value).toEqual(
      expect.arrayContaining([
        { account: ann.account, delivered: 9, read: 8, shown: 5 },
        { account: bob.account, delivered: 7, read: 0, shown: 0 },
      ]),
    );
    expect(answer.ok && answer.value).toHaveLength(2);
  });

  it('are for members only, whatever this process has heard of who is one', async () => {
    const { deployment, bob, state, cache, receipts } = await aWorld();
    const notFound = { ok: false, error: { code: 'not_found' } };
    expect(await receipts.execute(state.id, 'stranger')).toEqual(notFound);
    expect(await receipts.execute('nowhere', bob.account)).toEqual(notFound);
    await cache.state(state.id);
    await deployment.must(aLeaving(state, bob));
    expect(await receipts.execute(state.id, bob.account)).toEqual(notFound);
  });

  it('leave out those who are no members any more', async () => {
    const { deployment, ann, bob, state, receipts } = await aWorld();
    await deployment.must(aLeaving(state, bob));
    const answer = await receipts.execute(state.id, ann.account);
    expect(answer.ok && answer.value.map(({ account }) => account)).toEqual([ann.account]);
  });

  it('are told to connected members: what is shown to others, all of it to oneself', async () => {
    const { ann, bob, state, connections, receipts } = await aWorld();
    await receipts.announce(state.id, ann.account);
    expect(connections.receipts).toEqual([
      {
        conversation: state.id,
        cursor: { account: ann.account, delivered: 9, read: 5, shown: 5 },
        to: [bob.account],
      },
      {
        conversation: state.id,
        cursor: { account: ann.account, delivered: 9, read: 8, shown: 5 },
        to: [ann.account],
      },
    ]);
  });

  it('of a moment are read together, and each is told once', async () => {
    const { deployment, ann, bob, state, connections } = await aWorld();
    const { log, cursors } = deployment.stores;
    const asked: number[] = [];
    const store = overriding(cursors, {
      ofAccounts: (places) => (asked.push(places.length), cursors.ofAccounts(places)),
    });
    const receipts = new ReadReceipts({
      ...{ cursors: store, connections, revokedSessions: knownRevocations, limits: defaultLimits },
      log: new CachedLog(log, 10),
    });
    const other = await deployment.group(bob, [ann]);
    await cursors.move([
      { conversation: other.id, ...bob, incarnation: 1, delivered: 1, read: 1, shown: 1 },
    ]);
    await receipts.announce(state.id, ann.account);
    connections.receipts.length = 0;
    await Promise.all([
      receipts.announce(state.id, ann.account),
      receipts.announce(state.id, bob.account),
      receipts.announce(other.id, bob.account),
    ]);
    expect(asked).toEqual([1, 1, 2]);
    const told = connections.receipts.map(({ conversation, cursor, to }) => [
      conversation,
      cursor.account,
      cursor.delivered,
      to,
    ]);
    expect(told).toHaveLength(6);
    expect(told).toEqual(
      expect.arrayContaining([
        [state.id, ann.account, 9, [bob.account]],
        [state.id, ann.account, 9, [ann.account]],
        [state.id, bob.account, 7, [ann.account]],
        [state.id, bob.account, 7, [bob.account]],
        [other.id, bob.account, 1, [ann.account]],
        [other.id, bob.account, 1, [bob.account]],
      ]),
    );
  });

  it('are told to nobody who left, whatever this process has heard of it', async () => {
    const { deployment, ann, bob, state, cache, connections, receipts } = await aWorld();
    await cache.state(state.id);
    await deployment.must(aLeaving(state, bob));
    await receipts.announce(state.id, ann.account);
    await receipts.announce(state.id, bob.account);
    expect(connections.receipts.map(({ to }) => to)).toEqual([[ann.account]]);
  });

  it('are not told when nobody is connected, nothing is known, or it is of somebody who left', async () => {
    const { deployment, bob, cat, state, connections, receipts } = await aWorld();
    await receipts.announce(state.id, cat.account);
    await receipts.announce('nowhere', bob.account);
    connections.connected.clear();
    await receipts.announce(state.id, bob.account);
    expect(connections.receipts).toEqual([]);
    const { connections: others, receipts: there } = await aWorld();
    await there.announce(state.id, bob.account);
    expect(others.receipts).toEqual([]);
    await deployment.must(aLeaving(state, bob));
    connections.connected.add(cat.account);
    const { cursors } = deployment.stores;
    const fresh = new ReadReceipts({
      ...{ cursors, connections, revokedSessions: knownRevocations, limits: defaultLimits },
      log: new CachedLog(deployment.stores.log, 10),
    });
    await fresh.announce(state.id, bob.account);
    expect(connections.receipts).toEqual([]);
  });

  it('are told to nobody whose session may have been revoked (G6)', async () => {
    const { bob, state, connections, revocations, receipts } = await aWorld();
    revocations.isCurrent = () => false;
    await receipts.announce(state.id, bob.account);
    expect(connections.receipts).toEqual([]);
    revocations.isCurrent = () => true;
    revocations.ensureCurrent = () => Promise.reject(aFault());
    await expect(receipts.announce(state.id, bob.account)).rejects.toEqual(aFault());
    expect(connections.receipts).toEqual([]);
  });

  it('are told by themselves in small conversations only; members of large ones ask', async () => {
    const { ann, state, connections, receipts } = await aWorld(2);
    await receipts.announce(state.id, ann.account);
    expect(connections.receipts).toEqual([]);
    expect((await receipts.execute(state.id, ann.account)).ok).toBe(true);
  });
});
