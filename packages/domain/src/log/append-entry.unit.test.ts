import {
  aCommit,
  aFounding,
  aLeaving,
  aMessage,
  anExternalJoin,
  aPart,
  aRosterChange,
  many,
  overriding,
  TestDeployment,
  testDigest,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { directId, selfId } from '../conversation/conversation-id.ts';
import type { Result } from '../shared/result.ts';
import type { Accepted } from './append-entry.ts';
import type { ConversationLog } from './conversation-log.port.ts';
import { entryDigest } from './entry-digest.ts';

const member = (account: string) => ({ account, role: 'member' as const });

/** A group of three on two processes. */
async function aGroup() {
  const deployment = new TestDeployment();
  const [ann, bob, cat] = [
    await deployment.person(),
    await deployment.person(),
    await deployment.person(),
  ];
  const state = await deployment.group(ann, [bob, cat]);
  return {
    deployment,
    ann,
    bob,
    cat,
    state,
    here: deployment.process(),
    there: deployment.process(),
  };
}

/** The answer of the first time, which no longer tells how many loud entries there are. */
const repeated = (first: Result<Accepted, unknown>) =>
  first.ok ? { ok: true, value: { ...first.value, loud: null } } : first;

describe('appending', () => {
  it('answers number, time and digest, and tells the other processes', async () => {
    const { here, ann, state, deployment } = await aGroup();
    const command = aMessage(state, ann);
    const digest = entryDigest(testDigest, command.parts);
    const accepted = { seq: 2, acceptedAt: deployment.time.now(), digest, loud: 1 };
    expect(await here.append.execute(command)).toEqual({ ok: true, value: accepted });
    const [entry] = (await deployment.entries(state.id)).slice(1);
    expect(here.fanOut.hints).toEqual([
      { conversation: state.id, from: 2, to: 2, version: 1, entries: [entry] },
    ]);
    expect(here.meter.of('entries_appended')).toBe(1);
    const changed = await here.append.execute(aCommit(state, ann));
    expect(changed.ok).toBe(true);
    expect(here.fanOut.hints.at(-1)).toMatchObject({ from: 3, version: 3 });
  });

  it('opens direct and self conversations under their one id only, and for certified devices only', async () => {
    const deployment = new TestDeployment();
    const [ann, bob] = [await deployment.person(), await deployment.person()];
    const { append } = deployment.process();
    const others = { members: [member(bob.account)], devices: [bob] };
    const wrongId = { ok: false, error: { code: 'invalid_change', reason: 'wrong_id' } };
    expect(await append.execute(aFounding('direct', ann, others))).toEqual(wrongId);
    expect(await append.execute(aFounding('self', ann))).toEqual(wrongId);
    const conversation = directId(testDigest, bob.account, ann.account);
    expect(await append.execute(aFounding('group', ann, { ...others, conversation }))).toEqual(
      wrongId,
    );
    const ghost = { account: bob.account, device: 'ghost' };
    expect(
      await append.execute(aFounding('direct', ann, { ...others, devices: [ghost], conversation })),
    ).toEqual({
      ok: false,
      error: { code: 'devices_unusable', devices: [ghost] },
    });
    expect((await append.execute(aFounding('direct', ann, { ...others, conversation }))).ok).toBe(
      true,
    );
    const self = aFounding('self', ann, { conversation: selfId(testDigest, ann.account) });
    expect((await append.execute(self)).ok).toBe(true);
    const both = aFounding('direct', bob, {
      members: [member(ann.account)],
      devices: [ann],
      conversation,
    });
    expect(await append.execute(both)).toEqual({
      ok: false,
      error: { code: 'exists', conversation },
    });
  });

  it('takes no device for a certified one that is another account’s or revoked', async () => {
    const { deployment, here, ann, bob, state } = await aGroup();
    const second = await deployment.deviceOf(bob);
    const add = (device: string, account: string) =>
      here.append.execute(aCommit(state, ann, { addDevices: [{ account, device }] }));
    expect(await add(second.device, ann.account)).toMatchObject({
      error: { code: 'devices_unusable' },
    });
    await deployment.stores.devices.revoke(second.device, { now: 0, taskId: 'task' });
    expect(await add(second.device, bob.account)).toMatchObject({
      error: { code: 'devices_unusable' },
    });
  });

  it('never turns anybody away for a state that is behind another process (G7)', async () => {
    const { here, there, ann, bob, state } = await aGroup();
    await here.append.execute(aMessage(state, bob));
    expect((await there.append.execute(aCommit(state, ann))).ok).toBe(true);
    const now = { ...state, epoch: state.epoch + 1 };
    expect((await here.append.execute(aMessage(now, bob))).ok).toBe(true);
    expect(await here.append.execute(aMessage(state, bob))).toMatchObject({
      error: { code: 'stale_epoch', epoch: now.epoch, head: 4 },
    });
  });

  it('answers a repeated send with the first one’s values, whatever bytes come and whatever has changed (G4)', async () => {
    const { deployment, here, there, ann, bob, state } = await aGroup();
    const command = aMessage(state, bob);
    const first = await here.append.execute(command);
    const again = { ...command, parts: [aPart('other bytes')] };
    expect(await there.append.execute(again)).toEqual(repeated(first));
    await deployment.must(aCommit(state, ann));
    expect(await there.append.execute(again)).toEqual(repeated(first));
    await deployment.must(aLeaving(state, bob));
    expect(await here.append.execute(again)).toEqual(repeated(first));
    expect(await deployment.process().append.execute(again)).toEqual(repeated(first));
    expect(await deployment.entries(state.id)).toHaveLength(4);
    expect(here.meter.of('entries_known')).toBe(1);
  });

  it('answers a repeated commit with the first one’s values, though its epoch is past', async () => {
    const { here, there, ann, state } = await aGroup();
    const command = aCommit(state, ann);
    const first = await here.append.execute(command);
    expect(first.ok).toBe(true);
    expect(await here.append.execute(command)).toEqual(repeated(first));
    expect(await there.append.execute(command)).toEqual(repeated(first));
  });

  it('keeps the order of a device’s sends: one after a send that is missing is refused by name (G3)', async () => {
    const { here, ann, state } = await aGroup();
    const first = aMessage(state, ann, { clientId: 'first' });
    const second = aMessage(state, ann, { clientId: 'second', after: 'first' });
    expect(await here.append.execute(second)).toEqual({
      ok: false,
      error: { code: 'out_of_turn', after: 'first' },
    });
    expect((await here.append.execute(first)).ok).toBe(true);
    expect((await here.append.execute(second)).ok).toBe(true);
  });

  it('gives up after a bounded number of tries when others are always faster', async () => {
    const { deployment, ann, state } = await aGroup();
    let calls = 0;
    const log = overriding<ConversationLog>(deployment.stores.log, {
      append: () => {
        calls += 1;
        return Promise.resolve([{ code: 'stale' as const }]);
      },
    });
    const process = deployment.process({ log });
    expect(await process.append.execute(aMessage(state, ann))).toMatchObject({
      error: { code: 'busy', retryAfterMs: 500 },
    });
    expect(calls).toBe(8);
    expect(process.meter.of('appends_stale')).toBe(8);
  });

  it('stores the state after many changes, so that the next load is short', async () => {
    const { deployment, ann, bob, state } = await aGroup();
    for (const index of many(70, (count) => count)) {
      const role = index % 2 === 0 ? 'admin' : 'member';
      await deployment.must(
        aRosterChange(state, ann, { setRoles: [{ account: bob.account, role }] }),
      );
    }
    const loaded = await deployment.stores.log.load(state.id);
    expect(loaded?.snapshot?.version).toBeGreaterThan(60);
    expect(loaded?.changes.length).toBeLessThan(10);
    const { epoch, version } = await deployment.state(state.id);
    expect({ epoch, version }).toEqual({ epoch: 1, version: 71 });
  });

  it('drops the parts for joiners of the commit before (and keeps the newest one’s)', async () => {
    const { deployment, here, ann, state } = await aGroup();
    const parts = [aPart(), { audience: 'joiners' as const, bytes: aPart('information').bytes }];
    expect((await here.append.execute(aCommit(state, ann, {}, { parts }))).ok).toBe(true);
    await deployment.must(aCommit({ ...state, epoch: 2 }, ann, {}, { parts }));
    const audiences = (await deployment.entries(state.id)).map((entry) =>
      entry.parts.map(({ audience }) => audience),
    );
    expect(audiences).toEqual([['all'], ['all'], ['all', 'joiners']]);
  });
});

describe('blocking', () => {
  async function aDirectPair() {
    const deployment = new TestDeployment();
    const [ann, bob] = [await deployment.person(), await deployment.person()];
    const conversation = directId(testDigest, ann.account, bob.account);
    const opening = aFounding('direct', bob, {
      members: [member(ann.account)],
      devices: [ann],
      conversation,
    });
    return { deployment, ann, bob, opening, process: deployment.process() };
  }
  const notAccepting = (account: string) => ({
    ok: false,
    error: { code: 'not_accepting', accounts: [account] },
  });

  it('keeps the blocked account from opening a direct conversation and from adding, with one answer for all', async () => {
    const { deployment, ann, bob, opening, process } = await aDirectPair();
    await deployment.stores.accounts.block(ann.account, bob.account);
    expect(await process.append.execute(opening)).toEqual(notAccepting(ann.account));
    const group = await deployment.group(bob, []);
    const adding = aCommit(group, bob, { addMembers: [member(ann.account)] });
    expect(await process.append.execute(adding)).toEqual(notAccepting(ann.account));
    const founding = aFounding('group', bob, { members: [member(ann.account)] });
    expect(await process.append.execute(founding)).toEqual(notAccepting(ann.account));
    await deployment.stores.accounts.delete(ann.account, {
      now: 0,
      handleFreeAt: 0,
      taskId: 'task',
    });
    expect(await process.append.execute({ ...founding, clientId: 'deleted' })).toEqual(
      notAccepting(ann.account),
    );
  });

  it('keeps the blocked account from using a direct conversation in any way, and nobody else from anything', async () => {
    const { deployment, ann, bob, opening, process } = await aDirectPair();
    const state = await deployment.must(opening);
    const second = await deployment.deviceOf(bob);
    await deployment.stores.accounts.block(ann.account, bob.account);
    for (const command of [
      aMessage(state, bob),
      aCommit(state, bob),
      aCommit(state, bob, { addDevices: [second] }),
      anExternalJoin(state, second),
      aCommit(state, bob, { mode: 'found', addDevices: [bob, ann] }),
    ])
      expect(await process.append.execute(command)).toEqual(notAccepting(ann.account));
    expect((await process.append.execute(aMessage(state, ann))).ok).toBe(true);
    const group = await deployment.group(ann, [bob]);
    expect((await process.append.execute(aMessage(group, bob))).ok).toBe(true);
    await deployment.stores.accounts.unblock(ann.account, bob.account);
    await deployment.time.advance(2_000);
    expect((await process.append.execute(aMessage(state, bob))).ok).toBe(true);
  });
});
