import {
  aCommit,
  aFounding,
  aLeaving,
  aMessage,
  many,
  overriding,
  TestDeployment,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import type { ConversationState } from '../conversation/conversation.ts';
import type { DeviceRef } from '../shared/ids.ts';
import type { ConversationIndex } from './conversation-index.port.ts';
import type { ConversationLog } from './conversation-log.port.ts';
import { findingsOf, nothingFound } from './index-findings.ts';
import { VerifyRows } from './verify-rows.ts';

async function aWorld() {
  const deployment = new TestDeployment();
  const { stores } = deployment;
  const [ann, bob, cat] = [
    await deployment.person(),
    await deployment.person(),
    await deployment.person(),
  ];
  const verify = (repairs: boolean, index: ConversationIndex = stores.index) =>
    findingsOf(new VerifyRows(stores.log, index, repairs));
  const rowsOf = (conversation: string) =>
    stores.index.rowsOf(
      conversation,
      [ann, bob, cat].map(({ account }) => account),
    );
  return { deployment, stores, ann, bob, cat, verify, rowsOf };
}

/** A log on which a process breaks before anything is written. */
const broken = (log: ConversationLog): ConversationLog =>
  overriding(log, { append: () => Promise.reject(new Error('injected')) });

const addingOf = (state: ConversationState, by: DeviceRef, added: DeviceRef) =>
  aCommit(state, by, {
    addMembers: [{ account: added.account, role: 'member' }],
    addDevices: [added],
  });

describe('comparing the rows of the index with the logs', () => {
  it('finds nothing where both agree, former members included', async () => {
    const { deployment, ann, bob, cat, verify, rowsOf } = await aWorld();
    const state = await deployment.group(ann, [bob, cat]);
    await deployment.must(aLeaving(state, bob));
    expect(await verify(true)).toEqual({ ...nothingFound, rows: 3 });
    expect(await rowsOf(state.id)).toHaveLength(3);
  });

  it('takes whom a process was about to add when it ended for one who may come, until the conversation has changed', async () => {
    const { deployment, stores, ann, bob, cat, verify, rowsOf } = await aWorld();
    const state = await deployment.group(ann, [bob]);
    await deployment.time.advance(60_000);
    const ending = deployment.process({ log: broken(stores.log) });
    await expect(ending.append.execute(addingOf(state, ann, cat))).rejects.toThrow('injected');
    await deployment.must(aMessage(state, ann));
    expect(await verify(true)).toEqual({ ...nothingFound, rows: 3, pending: 1 });
    expect(await rowsOf(state.id)).toHaveLength(3);
    await deployment.must(aCommit(state, ann));
    const found = { ...nothingFound, rows: 3, overstated: 1 };
    expect(await verify(false)).toEqual(found);
    expect(await rowsOf(state.id)).toHaveLength(3);
    expect(await verify(true)).toEqual({ ...found, repaired: 1 });
    expect((await rowsOf(state.id)).map(({ account }) => account).toSorted()).toEqual(
      [ann.account, bob.account].toSorted(),
    );
    expect(await verify(false)).toEqual({ ...nothingFound, rows: 2 });
  });

  it('takes away nothing of what it finds no log of, as on a wrong store (G5)', async () => {
    const { stores, ann, bob, cat, verify, rowsOf } = await aWorld();
    await stores.index.enter('unfounded', [ann.account, bob.account, cat.account], 0);
    await stores.index.leave('unfounded', [bob.account], 4);
    expect(await verify(true)).toEqual({ ...nothingFound, rows: 3, pending: 3 });
    expect(await rowsOf('unfounded')).toHaveLength(3);
  });

  it('takes away nothing on what a restored log has lost (G5)', async () => {
    const { deployment, stores, ann, bob, cat, verify } = await aWorld();
    const { id } = await deployment.group(ann, [bob]);
    await stores.index.enter(id, [cat.account], 40);
    expect(await verify(true)).toEqual({ ...nothingFound, rows: 3, pending: 1 });
  });

  it('hides nobody whose entry comes after it, nor whose sender ends right then (G5)', async () => {
    const { deployment, stores, ann, bob, verify, rowsOf } = await aWorld();
    const founding = aFounding('group', ann, {
      members: [{ account: bob.account, role: 'member' }],
      devices: [bob],
    });
    const log = overriding<ConversationLog>(stores.log, {
      append: async (batch) => {
        expect(await verify(true)).toMatchObject({ pending: 2, repaired: 0 });
        await stores.log.append(batch);
        throw new Error('injected');
      },
    });
    await expect(deployment.process({ log }).append.execute(founding)).rejects.toThrow('injected');
    expect(await rowsOf(founding.conversation)).toHaveLength(2);
    expect(await verify(true)).toEqual({ ...nothingFound, rows: 2 });
  });

  it('hides nobody who is added anew while the old row is taken away (G5)', async () => {
    const { deployment, stores, ann, bob, cat, verify, rowsOf } = await aWorld();
    const state = await deployment.group(ann, [bob]);
    await stores.index.enter(state.id, [cat.account], state.version);
    await deployment.time.advance(60_000);
    await deployment.must(aCommit(state, ann));
    await deployment.time.advance(60_000);
    const changed = await deployment.state(state.id);
    const index = overriding<ConversationIndex>(stores.index, {
      forget: async (...given) => {
        await deployment.must(addingOf(changed, ann, cat));
        await stores.index.forget(...given);
      },
    });
    expect(await verify(true, index)).toMatchObject({ overstated: 1 });
    expect(await rowsOf(state.id)).toContainEqual({
      account: cat.account,
      conversation: state.id,
      basis: changed.version,
      until: null,
    });
  });

  it('goes through any number of rows in steps, and asks for a log of many members once', async () => {
    const { deployment, stores, ann, bob, verify } = await aWorld();
    const { id } = await deployment.group(ann, [bob]);
    const strangers = many(600, (place) => `stranger ${place}`);
    await stores.index.enter(id, strangers, 0);
    let loads = 0;
    const log = overriding<ConversationLog>(stores.log, {
      load: (...given) => {
        loads++;
        return stores.log.load(...given);
      },
    });
    const step = await new VerifyRows(log, stores.index, false).step(null);
    expect(step).toMatchObject({ found: { rows: 500 } });
    expect(loads).toBe(1);
    expect(await verify(true)).toMatchObject({ rows: 602, overstated: 600, repaired: 600 });
    expect(await verify(false)).toMatchObject({ rows: 2, overstated: 0 });
  });
});
