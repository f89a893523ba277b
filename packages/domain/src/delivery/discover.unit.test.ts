import { aCommit, aLeaving, aMessage, many, overriding, TestDeployment } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import type { ConversationState } from '../conversation/conversation.ts';
import { CachedLog } from '../log/cached-log.ts';
import type { ConversationIndex } from '../log/conversation-index.port.ts';
import type { DeviceRef } from '../shared/ids.ts';
import { defaultLimits } from '../shared/limits.ts';
import { Discover } from './discover.ts';

async function aWorld(discoveryPage = 200) {
  const deployment = new TestDeployment();
  const [ann, bob] = [await deployment.person(), await deployment.person()];
  const log = new CachedLog(deployment.stores.log, 100);
  const discover = new Discover(deployment.stores.index, log, () => 1, {
    ...defaultLimits,
    discoveryPage,
  });
  const acknowledge = (device: DeviceRef, { id }: ConversationState, delivered: number) =>
    deployment.stores.cursors.move([{ conversation: id, ...device, incarnation: 1, delivered }]);
  return { deployment, ann, bob, log, discover, acknowledge };
}

describe('discovery', () => {
  it('tells a device of what it has not acknowledged, newest activity first, and of nothing else', async () => {
    const { deployment, ann, bob, discover, acknowledge } = await aWorld();
    const [one, two, three] = [
      await deployment.group(ann, [bob]),
      await deployment.group(ann, [bob]),
      await deployment.group(ann, []),
    ];
    await deployment.must(aMessage(one, ann));
    await acknowledge(bob, two, 1);
    const { conversations, next } = await discover.page(bob, null);
    expect(
      conversations.map(({ conversation, head, delivered }) => [conversation, head, delivered]),
    ).toEqual([[one.id, 2, 0]]);
    expect(next).toBeNull();
    const all = await discover.page(ann, null);
    expect(all.conversations.map(({ conversation }) => conversation)).toEqual([
      one.id,
      three.id,
      two.id,
    ]);
  });

  it('comes in pages that together tell of everything once', async () => {
    const { deployment, ann, discover } = await aWorld(3);
    const founded = [];
    for (const _ of many(7, () => 0)) founded.push((await deployment.group(ann, [])).id);
    const found: string[] = [];
    let after = null;
    let pages = 0;
    do {
      const page = await discover.page(ann, after);
      found.push(...page.conversations.map(({ conversation }) => conversation));
      after = page.next;
      pages += 1;
    } while (after !== null);
    expect(found).toEqual(founded.toReversed());
    expect(pages).toBe(3);
  });

  it('leaves out what the index claims and the log does not know', async () => {
    const { deployment, ann, bob, discover } = await aWorld();
    const state = await deployment.group(ann, []);
    await deployment.stores.index.enter(state.id, [bob.account], 1);
    await deployment.stores.index.enter('nowhere', [bob.account], 0);
    expect((await discover.page(bob, null)).conversations).toEqual([]);
  });

  it('tells of a conversation that another process has just added one to', async () => {
    const { deployment, ann, bob, log, discover } = await aWorld();
    const state = await deployment.group(ann, []);
    await log.state(state.id);
    await deployment.must(
      aCommit(state, ann, { addMembers: [{ account: bob.account, role: 'member' }] }),
    );
    expect((await discover.page(bob, null)).conversations).toMatchObject([
      { conversation: state.id, head: 2 },
    ]);
  });

  it('tells a former member of its removal and of nothing later, even when the index was not told (G6)', async () => {
    const { deployment, ann, bob, log, discover, acknowledge } = await aWorld();
    const { index } = deployment.stores;
    const open = () => index.conversationsOf(bob.account, { after: null, limit: 10, ended: false });
    const state = await deployment.group(ann, [bob]);
    await log.state(state.id);
    // As if the process had died right after the entry.
    const forgetful = overriding<ConversationIndex>(index, { leave: () => Promise.resolve() });
    await deployment.time.advance(60_000);
    await deployment.process({ index: forgetful }).append.execute(aLeaving(state, bob));
    const leftAt = deployment.time.now();
    const left = await deployment.state(state.id);
    const now = await deployment.must(aCommit(left, ann, { removeDevices: [bob] }));
    await deployment.must(aMessage(now, ann));
    expect(await open()).toEqual([state.id]);
    expect((await discover.page(bob, null)).conversations).toEqual([
      { conversation: state.id, head: 2, loud: 0, activeAt: leftAt, delivered: 0, incarnation: 1 },
    ]);
    // And the index knows for next time.
    expect(await open()).toEqual([]);
    await acknowledge(bob, state, 2);
    expect((await discover.page(bob, null)).conversations).toEqual([]);
  });

  it('tells a former member nothing when it has everything, even when the index was not told', async () => {
    const { deployment, ann, bob, discover, acknowledge } = await aWorld();
    const { index } = deployment.stores;
    const state = await deployment.group(ann, [bob]);
    const forgetful = overriding<ConversationIndex>(index, { leave: () => Promise.resolve() });
    await deployment.time.advance(60_000);
    await deployment.process({ index: forgetful }).append.execute(aLeaving(state, bob));
    await deployment.must(aCommit(await deployment.state(state.id), ann, { removeDevices: [bob] }));
    await acknowledge(bob, state, 2);
    expect((await discover.page(bob, null)).conversations).toEqual([]);
  });
});
