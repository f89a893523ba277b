import { aLeaving, TestDeployment } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { CachedLog } from '../log/cached-log.ts';
import { ListConversations } from './list-conversations.ts';

async function aWorld() {
  const deployment = new TestDeployment();
  const [ann, bob] = [await deployment.person(), await deployment.person()];
  const groups = [];
  for (let made = 0; made < 3; made++) groups.push(await deployment.group(ann, [bob]));
  const { index, log } = deployment.stores;
  const listing = new ListConversations(index, new CachedLog(log, 10));
  const ids = groups.map(({ id }) => id).toSorted();
  return { deployment, ann, bob, groups, ids, index, listing };
}
const all = { after: null, limit: 10 };

describe('listing conversations', () => {
  it('goes on from page to page', async () => {
    const { ann, ids, listing } = await aWorld();
    const first = await listing.page(ann.account, { after: null, limit: 2 });
    expect(first).toEqual({ conversations: ids.slice(0, 2), next: ids[1] });
    const second = await listing.page(ann.account, { after: ids[1] ?? '', limit: 2 });
    expect(second).toEqual({ conversations: ids.slice(2), next: null });
  });

  it('leaves out what the index has too much: a founding or an addition that never came (G6)', async () => {
    const { deployment, ids, index, listing } = await aWorld();
    const { account } = await deployment.person();
    await index.enter('never-founded', [account], 0);
    await index.enter(ids[0] ?? '', [account], 1);
    expect(await listing.page(account, all)).toEqual({ conversations: [], next: null });
    expect(await listing.page(account, { after: null, limit: 1 })).toMatchObject({ next: ids[0] });
  });

  it('knows who left at another process, before the index does (G6)', async () => {
    const { deployment, bob, groups, ids, index, listing } = await aWorld();
    expect((await listing.page(bob.account, all)).conversations).toEqual(ids);
    const [left] = groups;
    if (!left) throw new Error('there are groups');
    await deployment.must(aLeaving(left, bob));
    await index.enter(left.id, [bob.account], 9);
    const { conversations } = await listing.page(bob.account, all);
    expect(conversations).toEqual(ids.filter((id) => id !== left.id));
  });
});
