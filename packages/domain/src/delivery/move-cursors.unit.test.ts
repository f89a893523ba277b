import { aCommit, aLeaving, aMessage, RecordedFanOut, TestDeployment } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { CachedLog } from '../log/cached-log.ts';
import { MoveCursors } from './move-cursors.ts';

async function aWorld() {
  const deployment = new TestDeployment();
  const [ann, bob] = [await deployment.person(), await deployment.person()];
  const state = await deployment.group(ann, [bob]);
  await deployment.must(aMessage(state, ann));
  const { log, cursors } = deployment.stores;
  const fanOut = new RecordedFanOut();
  const cache = new CachedLog(log, 100);
  const move = new MoveCursors(cache, cursors, fanOut, () => 1);
  const of = async (account: string) =>
    (await cursors.ofConversation(state.id, [account]))[0] ?? null;
  return { deployment, ann, bob, state, cache, fanOut, move, of, conversation: state.id };
}

describe('moving cursors', () => {
  it('moves them and tells once whose moved', async () => {
    const { bob, fanOut, move, of, conversation } = await aWorld();
    await move.execute(bob, [
      { conversation, incarnation: 1, delivered: 2 },
      { conversation, incarnation: 1, read: 1, shown: 1 },
    ]);
    expect(await of(bob.account)).toEqual({
      account: bob.account,
      delivered: 2,
      read: 1,
      shown: 1,
    });
    expect(fanOut.notices).toEqual([{ kind: 'cursors_moved', conversation, account: bob.account }]);
    await move.execute(bob, [{ conversation, incarnation: 1, delivered: 1 }]);
    expect(fanOut.notices).toHaveLength(1);
  });

  it('cuts what is beyond the head to it', async () => {
    const { bob, move, of, conversation } = await aWorld();
    await move.execute(bob, [{ conversation, incarnation: 1, delivered: 99, read: 98, shown: 97 }]);
    expect(await of(bob.account)).toEqual({
      account: bob.account,
      delivered: 2,
      read: 2,
      shown: 2,
    });
  });

  it('cuts what a former member reports to the entry that removed it', async () => {
    const { deployment, ann, bob, state, cache, move, of, conversation } = await aWorld();
    await cache.state(conversation);
    const left = await deployment.must(aLeaving(state, bob));
    await deployment.must(aCommit(left, ann, { removeDevices: [bob] }));
    await move.execute(bob, [{ conversation, incarnation: 1, delivered: 99, read: 99 }]);
    expect(await of(bob.account)).toEqual({
      account: bob.account,
      delivered: 3,
      read: 3,
      shown: 0,
    });
  });

  it('takes no report for a conversation that is not the account’s, or is not', async () => {
    const { deployment, fanOut, move, of, conversation } = await aWorld();
    const cat = await deployment.person();
    await move.execute(cat, [
      { conversation, incarnation: 1, delivered: 1 },
      { conversation: 'nowhere', incarnation: 1, delivered: 1 },
    ]);
    expect([await of(cat.account), fanOut.notices]).toEqual([null, []]);
  });

  it('takes the report of a member whom another process has just added', async () => {
    const { deployment, ann, state, cache, move, of, conversation } = await aWorld();
    const cat = await deployment.person();
    await cache.state(conversation);
    await deployment.must(
      aCommit(state, ann, { addMembers: [{ account: cat.account, role: 'member' }] }),
    );
    await move.execute(cat, [{ conversation, incarnation: 1, delivered: 3 }]);
    expect(await of(cat.account)).toMatchObject({ delivered: 3 });
  });

  it('takes no report of another incarnation, and the others of the same packet (G9)', async () => {
    const { bob, move, of, conversation } = await aWorld();
    await move.execute(bob, [
      { conversation, incarnation: 2, delivered: 2 },
      { conversation, incarnation: 0, delivered: 2 },
    ]);
    expect(await of(bob.account)).toBeNull();
    await move.execute(bob, [
      { conversation, incarnation: 2, delivered: 2 },
      { conversation, incarnation: 1, delivered: 1 },
    ]);
    expect(await of(bob.account)).toMatchObject({ delivered: 1 });
  });
});
