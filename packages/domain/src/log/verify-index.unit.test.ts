import { aCommit, aLeaving, aMessage, many, overriding, TestDeployment } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import type { ConversationId, DeviceRef } from '../shared/ids.ts';
import type { ConversationIndex } from './conversation-index.port.ts';
import { findingsOf, nothingFound } from './index-findings.ts';
import { VerifyIndex } from './verify-index.ts';

async function aWorld() {
  const deployment = new TestDeployment();
  const { stores } = deployment;
  const [ann, bob, carol] = [
    await deployment.person(),
    await deployment.person(),
    await deployment.person(),
  ];
  const verify = (repairs: boolean, index: ConversationIndex = stores.index) =>
    findingsOf(new VerifyIndex(stores.log, index, repairs));
  const rowOf = async (conversation: ConversationId, { account }: DeviceRef) =>
    (await stores.index.rowsOf(conversation, [account]))[0];
  return { deployment, stores, ann, bob, carol, verify, rowOf };
}

/** An index that was restored from a backup without these rows. */
const without = (index: ConversationIndex, { account }: DeviceRef): ConversationIndex =>
  overriding<ConversationIndex>(index, {
    rowsOf: async (conversation, accounts) =>
      (await index.rowsOf(conversation, accounts)).filter((row) => row.account !== account),
  });

describe('comparing the index with the logs', () => {
  it('finds nothing where both agree, former members and those who came back included', async () => {
    const { deployment, ann, bob, carol, verify } = await aWorld();
    const state = await deployment.group(ann, [bob, carol]);
    await deployment.time.advance(60_000);
    await deployment.must(aLeaving(state, bob));
    expect(await verify(true)).toEqual({ ...nothingFound, conversations: 1, memberships: 3 });
  });

  it('finds a member that the index lacks, and enters it (G5)', async () => {
    const { deployment, stores, ann, bob, verify, rowOf } = await aWorld();
    const { id } = await deployment.group(ann, [bob]);
    const entered: string[] = [];
    const index = overriding<ConversationIndex>(without(stores.index, bob), {
      enter: async (conversation, accounts, basis) => {
        entered.push(...accounts);
        await stores.index.enter(conversation, accounts, basis);
      },
    });
    const found = { ...nothingFound, conversations: 1, memberships: 2, understated: 1 };
    expect(await verify(false, index)).toEqual(found);
    expect(entered).toEqual([]);
    expect(await verify(true, index)).toEqual({ ...found, repaired: 1 });
    expect(entered).toEqual([bob.account]);
    expect(await rowOf(id, bob)).toMatchObject({ until: null });
  });

  it('finds a member that the index has as gone, and opens it again (G5)', async () => {
    const { deployment, stores, ann, bob, verify, rowOf } = await aWorld();
    const { id } = await deployment.group(ann, [bob]);
    await stores.index.leave(id, [bob.account], 1);
    expect(await verify(false)).toMatchObject({ understated: 1, repaired: 0 });
    expect(await rowOf(id, bob)).toMatchObject({ until: 1 });
    expect(await verify(true)).toMatchObject({ understated: 1, repaired: 1 });
    expect(await rowOf(id, bob)).toMatchObject({ until: null });
    expect(await verify(false)).toMatchObject({ understated: 0, overstated: 0 });
  });

  it('finds a former member that is still open, and ends it with the entry that removed it', async () => {
    const { deployment, stores, ann, bob, verify, rowOf } = await aWorld();
    const state = await deployment.group(ann, [bob]);
    const forgetful = overriding<ConversationIndex>(stores.index, {
      leave: () => Promise.resolve(),
    });
    await deployment.time.advance(60_000);
    await deployment.process({ index: forgetful }).append.execute(aLeaving(state, bob));
    const left = await deployment.state(state.id);
    await deployment.must(aCommit(left, ann, { removeDevices: [bob] }));
    expect(await verify(false)).toMatchObject({ overstated: 1, repaired: 0 });
    expect(await verify(true)).toMatchObject({ overstated: 1, repaired: 1 });
    expect(await rowOf(state.id, bob)).toMatchObject({ until: 2 });
    expect(await verify(false)).toMatchObject({ overstated: 0 });
  });

  it('leaves alone whoever is just being added or removed', async () => {
    const { deployment, stores, ann, bob, verify, rowOf } = await aWorld();
    const state = await deployment.group(ann, [bob]);
    await deployment.time.advance(60_000);
    await deployment.must(aLeaving(state, bob));
    const { version } = await deployment.state(state.id);
    await stores.index.enter(state.id, [bob.account], version);
    expect(await verify(true)).toMatchObject({ understated: 0, overstated: 0 });
    expect(await rowOf(state.id, bob)).toMatchObject({ until: null });
    let looks = 0;
    const index = overriding<ConversationIndex>(stores.index, {
      // What the first look finds is in order by the second.
      rowsOf: (conversation, accounts) =>
        looks++ === 0 ? Promise.resolve([]) : stores.index.rowsOf(conversation, accounts),
    });
    expect(await verify(true, index)).toMatchObject({ understated: 0, repaired: 0 });
  });

  it('goes through any number of conversations in steps', async () => {
    const { deployment, ann, verify } = await aWorld();
    for (const _ of many(201, () => 0))
      await deployment.must(aMessage(await deployment.group(ann, []), ann));
    expect(await verify(false)).toMatchObject({ conversations: 201, memberships: 201 });
  });
});
