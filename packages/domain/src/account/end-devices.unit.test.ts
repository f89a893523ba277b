import {
  aCommit,
  aFault,
  aFounding,
  aMessage,
  anAccount,
  aSession,
  aStoredAccount,
  CountedRandom,
  many,
  overriding,
  RecordedFanOut,
  TestDeployment,
  testDigest,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { directId } from '../conversation/conversation-id.ts';
import { roleOf } from '../conversation/conversation.ts';
import type { ConversationLog } from '../log/conversation-log.port.ts';
import { defaultLimits } from '../shared/limits.ts';
import { EndDevices } from './end-devices.ts';
import { WorkRosterTasks } from './work-roster-tasks.ts';

async function aWorld() {
  const deployment = new TestDeployment();
  const [ann, bob] = [await deployment.person(), await deployment.person()];
  const fanOut = new RecordedFanOut();
  const { stores, time } = deployment;
  let written = 0;
  const end = new EndDevices({
    ...stores,
    fanOut,
    clock: time,
    random: new CountedRandom(),
    limits: defaultLimits,
    tasksWritten: () => (written += 1),
  });
  const worker = (over: Partial<typeof stores> = {}): WorkRosterTasks =>
    new WorkRosterTasks(stores.devices, deployment.process(over).append);
  const kinds = async (conversation: string) =>
    (await deployment.entries(conversation)).map(({ kind }) => kind);
  return { deployment, ann, bob, fanOut, end, worker, kinds, written: () => written };
}

const certified = ({ account }: { readonly account: string }) => ({ account, certified: true });

describe('revoking a device', () => {
  it('stops it at once, tells the processes, and leaves its conversations a task each', async () => {
    const { deployment, ann, bob, fanOut, end, written } = await aWorld();
    const state = await deployment.group(ann, [bob]);
    const session = await aSession(deployment.stores, bob);
    expect(await end.revoke(certified(bob), bob.device)).toEqual({ ok: true, value: null });
    expect((await deployment.stores.devices.find(bob.device))?.status).toBe('revoked');
    expect((await deployment.stores.sessions.find(session.id))?.revokedAt).not.toBeNull();
    expect(fanOut.notices).toEqual([
      { kind: 'sessions_revoked', sessions: [session.id] },
      { kind: 'devices_changed', account: bob.account },
    ]);
    expect(written()).toBe(1);
    expect(await deployment.stores.devices.rosterTasks(10)).toMatchObject([
      { conversation: state.id, ...bob },
    ]);
  });

  it('is for the account’s own devices, and changes nothing the second time', async () => {
    const { deployment, ann, bob, end } = await aWorld();
    await deployment.group(ann, [bob]);
    const notFound = { ok: false, error: { code: 'not_found' } };
    expect(await end.revoke(certified(ann), bob.device)).toEqual(notFound);
    expect(await end.revoke(certified(ann), 'nowhere')).toEqual(notFound);
    await end.revoke(certified(bob), bob.device);
    const tasks = await deployment.stores.devices.rosterTasks(10);
    expect((await end.revoke(certified(bob), bob.device)).ok).toBe(true);
    expect(await deployment.stores.devices.rosterTasks(10)).toEqual(tasks);
  });

  it('lets a pending device end only pending ones', async () => {
    const { deployment, bob, end } = await aWorld();
    const { devices } = deployment.stores;
    await devices.enrol({ id: 'fresh', account: bob.account, name: 'fresh', now: 1 }, 3);
    const pending = { account: bob.account, certified: false };
    expect(await end.revoke(pending, bob.device)).toEqual({
      ok: false,
      error: { code: 'not_certified' },
    });
    expect((await devices.find(bob.device))?.status).toBe('certified');
    expect((await end.revoke(pending, 'fresh')).ok).toBe(true);
  });

  it('makes conversations refuse messages until somebody has changed the keys', async () => {
    const { deployment, ann, bob, end, worker } = await aWorld();
    const second = await deployment.deviceOf(bob);
    const state = await deployment.group(ann, [bob, second]);
    await end.revoke(certified(bob), second.device);
    expect(await worker().run()).toBe(1);
    const { append } = deployment.process();
    expect(await append.execute(aMessage(state, ann))).toMatchObject({
      error: { code: 'rekey_needed', owed: [second] },
    });
    await deployment.must(aCommit(state, bob, { removeDevices: [second] }));
    expect((await append.execute(aMessage({ ...state, epoch: 2 }, ann))).ok).toBe(true);
  });

  it('writes one entry per conversation of the account, in which the device is in the keys or may be on its way into them, whoever works and how often', async () => {
    const { deployment, ann, bob, end, worker, kinds } = await aWorld();
    const groups = [];
    for (const _ of many(4, () => 0)) groups.push(await deployment.group(ann, [bob]));
    const without = await deployment.group(ann, []);
    await deployment.must(
      aCommit(without, ann, { addMembers: [{ account: bob.account, role: 'member' }] }),
    );
    await end.revoke(certified(bob), bob.device);
    const workers = many(3, () => worker());
    const done = await Promise.all(workers.map((one) => one.run()));
    expect(done.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(5);
    await worker().run();
    for (const { id } of groups) expect(await kinds(id)).toEqual(['created', 'roster']);
    expect(await kinds(without.id)).toEqual(['created', 'commit', 'roster']);
    expect(await deployment.stores.devices.rosterTasks(10)).toEqual([]);
  });
});

describe('deleting an account', () => {
  it('leaves all its conversations, and hands those on that it owned alone', async () => {
    const { deployment, ann, bob, end, worker } = await aWorld();
    const owned = await deployment.group(ann, [bob]);
    const joined = await deployment.group(bob, [ann]);
    const alone = await deployment.group(ann, []);
    await end.deleteAccount(ann.account);
    expect(await worker().run()).toBe(3);
    for (const { id } of [owned, joined, alone])
      expect(roleOf(await deployment.state(id), ann.account)).toBeNull();
    expect(roleOf(await deployment.state(owned.id), bob.account)).toBe('owner');
    expect((await deployment.state(owned.id)).owed).toEqual(new Set([ann.device]));
    expect(await deployment.stores.accounts.find(ann.account)).toMatchObject({ handle: null });
  });

  it('frees the handle after thirty days', async () => {
    const { deployment, end } = await aWorld();
    const { accounts } = deployment.stores;
    const account = await aStoredAccount(deployment.stores, { handle: 'ann' });
    await end.deleteAccount(account);
    const freeAt = deployment.time.now() + 30 * 24 * 60 * 60_000;
    const again = (now: number) => accounts.create(anAccount({ handle: 'ann', now }));
    expect(await again(freeAt - 1)).toBe('handle_taken');
    expect(await again(freeAt)).toBe('created');
  });

  it('is told to the processes with the sessions that it ended', async () => {
    const { deployment, ann, fanOut, end, written } = await aWorld();
    const session = await aSession(deployment.stores, ann);
    await end.deleteAccount(ann.account);
    expect(fanOut.notices).toEqual([
      { kind: 'sessions_revoked', sessions: [session.id] },
      { kind: 'devices_changed', account: ann.account },
    ]);
    expect(written()).toBe(1);
  });

  it('hands ownership on though the heir goes at the same moment', async () => {
    const { deployment, ann, bob, end, worker } = await aWorld();
    const cat = await deployment.person();
    const { id } = await deployment.group(ann, [bob, cat]);
    await end.deleteAccount(ann.account);
    await end.deleteAccount(bob.account);
    await Promise.all([worker().run(), worker().run()]);
    await worker().run();
    const state = await deployment.state(id);
    expect([ann, bob, cat].map(({ account }) => roleOf(state, account))).toEqual([
      null,
      null,
      'owner',
    ]);
  });
});

describe('working tasks off', () => {
  it('holds no conversation up for another that fails, and tells of the fault in the end', async () => {
    const { deployment, ann, bob, end, worker, kinds } = await aWorld();
    const [one, two, three] = [
      await deployment.group(ann, [bob]),
      await deployment.group(ann, [bob]),
      await deployment.group(ann, [bob]),
    ];
    await end.revoke(certified(bob), bob.device);
    const log = overriding<ConversationLog>(deployment.stores.log, {
      load: (id) => (id === two.id ? Promise.reject(aFault()) : deployment.stores.log.load(id)),
    });
    await expect(worker({ log }).run()).rejects.toThrow('injected');
    expect([await kinds(one.id), await kinds(two.id), await kinds(three.id)]).toEqual([
      ['created', 'roster'],
      ['created'],
      ['created', 'roster'],
    ]);
    expect(await worker().run()).toBe(1);
    expect(await kinds(two.id)).toEqual(['created', 'roster']);
  });

  it('answers a call that comes meanwhile by one more round', async () => {
    const { deployment, ann, bob, end, worker } = await aWorld();
    const second = await deployment.deviceOf(bob);
    const { id } = await deployment.group(ann, [bob, second]);
    await end.revoke(certified(bob), bob.device);
    const one = worker();
    const running = one.run();
    await end.revoke(certified(bob), second.device);
    expect(one.run()).toBe(running);
    await running;
    expect((await deployment.state(id)).owed).toEqual(new Set([bob.device, second.device]));
  });

  it('keeps a task whose entry is not taken, and does not turn in circles', async () => {
    const { deployment, ann, bob, end, worker } = await aWorld();
    await deployment.group(ann, [bob]);
    await end.revoke(certified(bob), bob.device);
    const log = overriding<ConversationLog>(deployment.stores.log, {
      append: () => Promise.resolve([{ code: 'stale' as const }]),
    });
    expect(await worker({ log }).run()).toBe(0);
    expect(await deployment.stores.devices.rosterTasks(10)).toHaveLength(1);
    expect(await worker().run()).toBe(1);
  });

  it('leaves a direct conversation to the one who stays, who can change its keys and read on', async () => {
    const { deployment, ann, bob, end, worker } = await aWorld();
    const conversation = directId(testDigest, ann.account, bob.account);
    const members = [{ account: bob.account, role: 'member' as const }];
    const state = await deployment.must(
      aFounding('direct', ann, { members, devices: [bob], conversation }),
    );
    await end.deleteAccount(bob.account);
    const { append } = deployment.process();
    expect(await append.execute(aMessage(state, ann))).toEqual({
      ok: false,
      error: { code: 'not_accepting', accounts: [bob.account] },
    });
    await worker().run();
    const now = await deployment.must(aCommit(state, ann, { removeDevices: [bob] }));
    expect([...now.members.keys()]).toEqual([ann.account, bob.account]);
    expect([roleOf(now, ann.account), roleOf(now, bob.account)]).toEqual(['member', null]);
  });
});
