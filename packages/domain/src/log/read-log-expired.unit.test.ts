import {
  aCommit,
  aLeaving,
  aMessage,
  anExternalJoin,
  aCut,
  many,
  overriding,
  TestDeployment,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { encodeState } from '../conversation/state-codec.ts';
import { Discover } from '../delivery/discover.ts';
import { assert } from '../shared/assert.ts';
import type { ConversationId, DeviceRef, Seq } from '../shared/ids.ts';
import { defaultLimits } from '../shared/limits.ts';
import { CachedLog } from './cached-log.ts';
import type { ConversationIndex } from './conversation-index.port.ts';
import { type DevicePage, ReadLog } from './read-log.ts';
import { type GapReason, isMemberAt, isReadable } from './window.ts';

/** Bob is a member from 3 to 5 and from 9 on, his second device in the keys from 11 on. */
async function anEventfulLog() {
  const deployment = new TestDeployment();
  const [ann, bob] = [await deployment.person(), await deployment.person()];
  const second = await deployment.deviceOf(bob);
  const add = { addMembers: [{ account: bob.account, role: 'member' as const }] };
  let state = await deployment.group(ann, []);
  const say = () => deployment.must(aMessage(state, ann));
  await say();
  state = await deployment.must(aCommit(state, ann, { ...add, addDevices: [bob] }));
  await say();
  state = await deployment.must(aLeaving(state, bob));
  state = await deployment.must(aCommit(state, ann, { removeDevices: [bob] }));
  await say();
  await say();
  state = await deployment.must(aCommit(state, ann, { ...add, addDevices: [bob] }));
  await say();
  state = await deployment.must(anExternalJoin(state, second));
  await say();
  await say();
  const cache = new CachedLog(deployment.stores.log, 100);
  const reader = new ReadLog(cache, () => 1, defaultLimits);
  const read = async (of: ConversationId, device: DeviceRef, seq: Seq, wanted = 100) => {
    const page = await reader.execute(of, device, { incarnation: 1, seq }, wanted);
    assert(page.ok, 'the conversation is the reader’s');
    return page.value;
  };
  const cut = (floor: Seq) =>
    deployment.stores.log.cut({
      ...aCut(state.id, floor, state.version, state.lastCommit),
      state: encodeState(state),
    });
  return { deployment, ann, bob, second, state, cache, read, cut };
}

/** What a page says of each number that it covers. */
const told = ({ entries, gaps }: DevicePage): (readonly [Seq, GapReason | 'entry'])[] =>
  [
    ...entries.map(({ seq }) => [seq, 'entry'] as const),
    ...gaps.flatMap(({ from, to, reason }) =>
      many(to - from + 1, (offset) => [from + offset, reason] as const),
    ),
  ].toSorted(([a], [b]) => a - b);

describe('reading a log that was cut', () => {
  it('announces what the device would have been given as expired, and gives what is left, whatever the floor and the pages (G5, G6)', async () => {
    const head = 13;
    for (const floor of many(head + 1, (index) => index)) {
      const { ann, bob, second, state, read, cut } = await anEventfulLog();
      await cut(floor);
      for (const { account, device } of [ann, bob, second]) {
        const expected = many(head, (index) => {
          const seq = index + 1;
          const mine = seq <= floor ? 'expired' : 'entry';
          const not = isMemberAt(state, account, seq) ? 'before_device' : 'not_member';
          return [seq, isReadable(state, account, device, seq) ? mine : not];
        });
        for (const wanted of [1, 2, 100]) {
          const all: unknown[] = [];
          for (let seq = 0, pages = 0; seq < head && pages < 40; pages++) {
            const page = await read(state.id, { account, device }, seq, wanted);
            all.push(...told(page));
            seq = page.next;
          }
          expect(all).toEqual(expected);
        }
      }
    }
  });

  it('says so also to a reader whose process has not heard of the cut', async () => {
    const { ann, state, read, cut } = await anEventfulLog();
    expect((await read(state.id, ann, 0)).entries).toHaveLength(13);
    await cut(12);
    expect(told(await read(state.id, ann, 11))).toEqual([[12, 'expired']]);
    expect(told(await read(state.id, ann, 12))).toEqual([[13, 'entry']]);
  });

  it('leads a former member past the entry that removed it, and tells nothing of what came later (G6)', async () => {
    const { deployment, ann, bob, cache, read } = await anEventfulLog();
    const { log, index } = deployment.stores;
    const founded = await deployment.group(ann, [bob]);
    // As if the process had died right after the entry.
    const forgetful = overriding<ConversationIndex>(index, { leave: () => Promise.resolve() });
    await deployment.process({ index: forgetful }).append.execute(aLeaving(founded, bob));
    const left = await deployment.state(founded.id);
    const state = await deployment.must(aCommit(left, ann, { removeDevices: [bob] }));
    await deployment.must(aMessage(state, ann));
    await log.cut({ ...aCut(state.id, 3, 3, 3), state: encodeState(state) });
    const discover = new Discover(index, cache, () => 1, defaultLimits);
    const listed = (await discover.page(bob, null)).conversations;
    expect(listed.find(({ conversation }) => conversation === state.id)).toMatchObject({
      head: 2,
      loud: 0,
      activeAt: 0,
    });
    const page = await read(state.id, bob, 0);
    expect(page.gaps).toEqual([{ from: 1, to: 2, reason: 'expired' }]);
    expect(page).toMatchObject({ entries: [], next: 2, head: 2 });
  });
});
