import { aCommit, aLeaving, aMessage, aPart, someBytes, TestDeployment } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { CachedLog } from '../log/cached-log.ts';
import { DescribeConversation } from './describe-conversation.ts';

async function aWorld() {
  const deployment = new TestDeployment();
  const [ann, bob] = [await deployment.person(), await deployment.person()];
  const state = await deployment.group(ann, [bob]);
  const describing = new DescribeConversation(new CachedLog(deployment.stores.log, 10));
  return { deployment, ann, bob, state, describing };
}
const notFound = { ok: false, error: { code: 'not_found' } };
const information = { audience: 'joiners' as const, bytes: someBytes(4) };

describe('describing a conversation', () => {
  it('is for members, on the newest state, whatever other processes did', async () => {
    const { deployment, ann, bob, state, describing } = await aWorld();
    expect(await describing.state(state.id, bob.account)).toMatchObject({
      ok: true,
      value: { state, head: { seq: 1 } },
    });
    const left = await deployment.must(aLeaving(state, bob));
    expect(await describing.state(state.id, bob.account)).toEqual(notFound);
    expect(await describing.state(state.id, ann.account)).toMatchObject({ value: { state: left } });
    expect(await describing.state('nowhere', ann.account)).toEqual(notFound);
    expect(await describing.joinInformation(state.id, bob.account)).toEqual(notFound);
  });

  it('gives what a device joins by: the newest commit’s part, whatever came after it', async () => {
    const { deployment, ann, bob, state, describing } = await aWorld();
    expect(await describing.joinInformation(state.id, bob.account)).toEqual({
      ok: true,
      value: { generation: 1, epoch: 1, head: 1, bytes: null },
    });
    const now = await deployment.must(aCommit(state, ann, {}, { parts: [aPart(), information] }));
    await deployment.must(aMessage(now, ann));
    expect(await describing.joinInformation(state.id, bob.account)).toEqual({
      ok: true,
      value: { generation: 1, epoch: 2, head: 3, bytes: information.bytes },
    });
  });
});
