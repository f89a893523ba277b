import {
  aCommit,
  aFault,
  aLeaving,
  aMessage,
  overriding,
  RecordedFanOut,
  TestDeployment,
  turn,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { CachedLog } from '../log/cached-log.ts';
import type { CursorMove } from './cursor-store.port.ts';
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

  it('moves together what devices report while a move is under way, each answered when its own is stored (G8)', async () => {
    const { deployment, ann, bob, of, conversation } = await aWorld();
    const { log, cursors } = deployment.stores;
    const calls: (readonly CursorMove[])[] = [];
    const held = Promise.withResolvers<null>();
    const store = overriding(cursors, {
      move: async (moves) => {
        calls.push(moves);
        if (calls.length === 1) await held.promise;
        return cursors.move(moves);
      },
    });
    const move = new MoveCursors(new CachedLog(log, 100), store, new RecordedFanOut(), () => 1);
    const report = (delivered: number) => [{ conversation, incarnation: 1, delivered }];
    const first = move.execute(bob, report(1));
    let stored = false;
    const second = move.execute(ann, report(2)).then(() => (stored = true));
    const third = move.execute(bob, report(2));
    await turn();
    expect([calls.length, stored]).toEqual([1, false]);
    held.resolve(null);
    await Promise.all([first, second, third]);
    expect(calls.map((moves) => moves.length)).toEqual([1, 2]);
    expect(await of(ann.account)).toMatchObject({ delivered: 2 });
    expect(await of(bob.account)).toMatchObject({ delivered: 2 });
  });

  it('lets no log that cannot be read harm the reports for others', async () => {
    const { deployment, ann, bob, of, conversation } = await aWorld();
    const { log, cursors } = deployment.stores;
    const broken = await deployment.group(bob, []);
    const torn = overriding(log, {
      load: (asked, from) =>
        asked === broken.id ? Promise.reject(aFault()) : log.load(asked, from),
    });
    const move = new MoveCursors(new CachedLog(torn, 100), cursors, new RecordedFanOut(), () => 1);
    const first = move.execute(ann, [{ conversation, incarnation: 1, delivered: 1 }]);
    const failing = move.execute(bob, [{ conversation: broken.id, incarnation: 1, delivered: 1 }]);
    const other = move.execute(ann, [{ conversation, incarnation: 1, delivered: 2 }]);
    await expect(failing).rejects.toEqual(aFault());
    await Promise.all([first, other]);
    expect(await of(ann.account)).toMatchObject({ delivered: 2 });
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
