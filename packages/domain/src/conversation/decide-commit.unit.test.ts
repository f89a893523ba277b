import {
  aCommit,
  aFounding,
  aLeaving,
  aMessage,
  anExternalJoin,
  aPart,
  aRosterChange,
  anInstant,
  many,
  RuleLog,
  someBytes,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../shared/limits.ts';
import type { Change } from './conversation.ts';
import type { Facts } from './command.ts';

const ann = { account: 'ann', device: 'ann1' };
const ann2 = { account: 'ann', device: 'ann2' };
const bob = { account: 'bob', device: 'bob1' };
const bob2 = { account: 'bob', device: 'bob2' };
const cat = { account: 'cat', device: 'cat1' };
const member = (account: string) => ({ account, role: 'member' as const });
const owner = (account: string) => ({ account, role: 'owner' as const });

function aGroup(): RuleLog {
  const log = new RuleLog();
  log.must(
    aFounding('group', ann, { members: [member('bob'), member('cat')], devices: [bob, cat] }),
  );
  return log;
}
function aDirect(): RuleLog {
  const log = new RuleLog();
  const others = { conversation: 'direct-1', members: [member('bob')], devices: [bob] };
  log.must(aFounding('direct', ann, others), { requiredId: 'direct-1' });
  return log;
}
const invalid = (reason: string) => ({ code: 'invalid_change', reason });

describe('a commit', () => {
  it('raises the epoch and begins intervals and spans with itself', () => {
    const log = aGroup();
    log.must(
      aCommit(log.now, ann, {
        addMembers: [member('dan')],
        addDevices: [{ account: 'dan', device: 'dan1' }],
      }),
    );
    expect(log.now).toMatchObject({ epoch: 2, version: 2, lastCommit: 2 });
    expect(log.now.members.get('dan')).toEqual({
      role: 'member',
      intervals: [{ from: 2, to: null }],
    });
    expect(log.now.devices.get('dan1')).toEqual({ account: 'dan', spans: [{ from: 2, to: null }] });
  });

  it.each<[string, Partial<Change>, string]>([
    ['without a mode', { mode: null }, 'mode'],
    ['that revokes', { revokeDevices: [bob] }, 'mode'],
    [
      'that founds once more',
      { founding: { kind: 'group', suite: 'plain-1' } },
      'founding_repeated',
    ],
    ['that adds a device twice', { addDevices: [ann2, ann2] }, 'repeated'],
    ['that removes a device twice', { removeDevices: [bob, bob] }, 'repeated'],
    [
      'that names an account twice',
      { addMembers: [member('dan')], removeMembers: ['dan'] },
      'repeated',
    ],
    ['that adds a member', { addMembers: [member('bob')] }, 'already_member'],
    ['that removes a stranger', { removeMembers: ['dan'] }, 'not_a_member'],
    ['that gives a stranger a role', { setRoles: [owner('dan')] }, 'not_a_member'],
    ['that adds a device in the keys', { addDevices: [bob] }, 'already_keyed'],
    ['that removes a device that is in none', { removeDevices: [bob2] }, 'not_keyed'],
    [
      'that removes a device as another account’s',
      { removeDevices: [{ account: 'cat', device: 'bob1' }] },
      'not_keyed',
    ],
    [
      'that adds a device of no member',
      { addDevices: [{ account: 'dan', device: 'dan1' }] },
      'device_of_no_member',
    ],
    [
      'that leaves devices of one whom it removes',
      { removeMembers: ['bob'] },
      'devices_left_behind',
    ],
  ])('%s is refused', (_, change, reason) => {
    const log = aGroup();
    expect(log.refusal(aCommit(log.now, ann, change))).toEqual(invalid(reason));
  });

  it('without a change is refused', () => {
    const log = aGroup();
    expect(log.refusal(aCommit(log.now, ann, {}, { change: null }))).toEqual(invalid('empty'));
  });

  it('has parts only for those who read it: who is in the keys, comes in by it, or joins by it', () => {
    const log = aGroup();
    const of = (audience: readonly string[] | 'joiners') =>
      log.refusal(
        aCommit(
          log.now,
          ann,
          { addDevices: [bob2] },
          { parts: [aPart(), { audience, bytes: someBytes(2) }] },
        ),
      );
    expect(of(['bob2'])).toBeNull();
    expect(of(['cat1'])).toBeNull();
    expect(of('joiners')).toBeNull();
    expect(of(['dan1'])).toEqual(invalid('audience'));
    expect(of([])).toEqual(invalid('audience'));
  });

  it('by a device outside the keys is told to join', () => {
    const log = aGroup();
    expect(log.refusal(aCommit(log.now, bob2))).toEqual({ code: 'not_in_keys' });
  });

  it('that leaves out what is owed is told what is', () => {
    const log = aGroup();
    log.must(aLeaving(log.now, bob));
    expect(log.refusal(aCommit(log.now, cat))).toEqual({
      code: 'rekey_needed',
      owed: [bob],
      generation: 1,
      epoch: 1,
      head: 2,
    });
    log.must(aCommit(log.now, cat, { removeDevices: [bob] }));
    expect(log.now).toMatchObject({ epoch: 2, owed: new Set() });
  });

  it('by a device cannot take that device out, nor its account', () => {
    const log = aGroup();
    const leave = { code: 'forbidden', action: 'leave' };
    expect(log.refusal(aCommit(log.now, bob, { removeDevices: [bob] }))).toEqual(leave);
    log.must(aCommit(log.now, bob, { addDevices: [bob2] }));
    const both = { removeMembers: ['bob'], removeDevices: [bob, bob2] };
    expect(log.refusal(aCommit(log.now, bob, both))).toEqual(leave);
    expect(log.refusal(aCommit(log.now, bob, { removeDevices: [bob2] }))).toBeNull();
  });

  it('cannot remove the last owner, nor take ownership from it', () => {
    const log = aGroup();
    const change = { setRoles: [member('ann')] };
    expect(log.refusal(aCommit(log.now, ann, change))).toEqual({ code: 'last_owner' });
  });

  it('takes in who left before only as a new member, with a second interval', () => {
    const log = aGroup();
    log.must(aLeaving(log.now, bob));
    expect(log.refusal(anExternalJoin(log.now, bob))).toEqual({ code: 'not_found' });
    log.must(aCommit(log.now, ann, { addMembers: [member('bob')], removeDevices: [bob] }));
    log.must(anExternalJoin(log.now, bob));
    expect(log.now.members.get('bob')?.intervals).toEqual([
      { from: 1, to: 2 },
      { from: 3, to: null },
    ]);
    expect(log.now.devices.get('bob1')?.spans).toEqual([
      { from: 1, to: 3 },
      { from: 4, to: null },
    ]);
  });
});

describe('an external join', () => {
  it('brings in its own device alone', () => {
    const log = aGroup();
    log.must(anExternalJoin(log.now, bob2));
    expect(log.now.devices.get('bob2')?.spans).toEqual([{ from: 2, to: null }]);
    const external = (change: Partial<Change>) =>
      log.refusal(aCommit(log.now, ann2, { mode: 'external', ...change }));
    for (const change of [
      { addDevices: [] },
      { addDevices: [ann2, { account: 'ann', device: 'ann3' }] },
      { addDevices: [{ account: 'cat', device: 'ann2' }] },
      { addDevices: [ann2], removeDevices: [bob] },
      { addDevices: [ann2], addMembers: [member('dan')] },
      { addDevices: [ann2], setRoles: [owner('bob')] },
      { addDevices: [ann2], removeMembers: ['bob'] },
    ])
      expect(external(change)).toEqual(invalid('external_own_device_only'));
  });

  it('leaves what is owed as it is, so that whoever joined can repair', () => {
    const log = aGroup();
    log.must(aRosterChange(log.now, bob, { revokeDevices: [bob] }), { onBehalf: true });
    log.must(anExternalJoin(log.now, bob2));
    expect(log.now.owed).toEqual(new Set(['bob1']));
    log.must(aCommit(log.now, bob2, { removeDevices: [bob] }));
    expect(log.refusal(aMessage(log.now, bob2))).toBeNull();
  });

  it('of a device that is in the keys already begins no second span, also at the limit', () => {
    const log = aGroup();
    const limits = { ...defaultLimits, devicesPerConversation: 3 };
    log.must(anExternalJoin(log.now, bob), { limits });
    expect(log.now.devices.get('bob1')?.spans).toEqual([{ from: 1, to: null }]);
    expect(log.refusal(anExternalJoin(log.now, bob2), { limits })).toEqual({
      code: 'too_many_devices',
      limit: 3,
    });
  });

  it('of an owed device is refused, as is its place in a reset', () => {
    const log = aGroup();
    log.must(aRosterChange(log.now, ann2, { revokeDevices: [bob] }), { onBehalf: true });
    const unusable = { code: 'devices_unusable', devices: [bob] };
    expect(log.refusal(anExternalJoin(log.now, bob))).toEqual(unusable);
    expect(log.refusal(aCommit(log.now, ann, { mode: 'found', addDevices: [ann, bob] }))).toEqual(
      unusable,
    );
  });
});

describe('a reset', () => {
  it('starts keys of exactly its devices, keeps the epoch rising, and owes nothing', () => {
    const log = aGroup();
    log.must(aLeaving(log.now, bob));
    log.must(aCommit(log.now, ann, { mode: 'found', addDevices: [ann, cat] }));
    expect(log.now).toMatchObject({ generation: 2, epoch: 2, owed: new Set() });
    expect(log.now.devices.get('bob1')?.spans).toEqual([{ from: 1, to: 3 }]);
    expect(log.now.devices.get('cat1')?.spans).toEqual([
      { from: 1, to: 3 },
      { from: 3, to: null },
    ]);
    expect(log.refusal(aMessage({ ...log.now, generation: 1 }, ann))).toMatchObject({
      code: 'stale_epoch',
    });
  });

  it('needs its sender among its devices and changes no members', () => {
    const log = aGroup();
    const reset = (change: Partial<Change>) =>
      log.refusal(aCommit(log.now, ann, { mode: 'found', ...change }));
    expect(reset({ addDevices: [cat] })).toEqual(invalid('not_keyed'));
    expect(reset({ addDevices: [ann], removeMembers: ['bob'] })).toEqual(invalid('mode'));
    expect(reset({ addDevices: [ann], removeDevices: [bob] })).toEqual(invalid('mode'));
    expect(reset({ addDevices: [ann], addMembers: [member('dan')] })).toEqual(invalid('mode'));
  });

  it('is for a leader of a group also from outside the keys, and for either side of a direct conversation', () => {
    const log = aGroup();
    expect(log.refusal(aCommit(log.now, ann2, { mode: 'found', addDevices: [ann2] }))).toBeNull();
    const direct = aDirect();
    expect(
      direct.refusal(aCommit(direct.now, bob, { mode: 'found', addDevices: [bob, ann] })),
    ).toBeNull();
  });
});

describe('a change of keys', () => {
  const adding = { addMembers: [member('dan')], addDevices: [{ account: 'dan', device: 'dan1' }] };

  it.each<[string, Partial<Facts>, object]>([
    [
      'beyond the limit of devices',
      { limits: { ...defaultLimits, devicesPerConversation: 3 } },
      { code: 'too_many_devices', limit: 3 },
    ],
    ['with unusable devices', { unusable: [bob2] }, { code: 'devices_unusable', devices: [bob2] }],
    [
      'that reaches somebody who takes nothing',
      { refusing: ['dan'] },
      { code: 'not_accepting', accounts: ['dan'] },
    ],
    [
      'beyond the limit of bytes',
      { limits: { ...defaultLimits, changeBytes: 3 } },
      { code: 'too_large', limitBytes: 3, actualBytes: 10 },
    ],
    [
      'while another’s message has its turn',
      { heldMs: 700 },
      { code: 'too_soon', retryAfterMs: 700 },
    ],
  ])('%s is refused with what there is to know', (_, facts, error) => {
    const log = aGroup();
    expect(log.refusal(aCommit(log.now, ann, adding), facts)).toEqual(error);
  });

  it('counts members against the same limit, so that they stay bounded without devices', () => {
    const log = aGroup();
    const addMembers = many(8, (index) => member(`account ${index}`));
    const limits = { ...defaultLimits, devicesPerConversation: 10 };
    expect(log.refusal(aCommit(log.now, ann, { addMembers }), { limits })).toEqual({
      code: 'too_many_devices',
      limit: 10,
    });
  });

  it('may shrink a conversation that is above a limit which was lowered', () => {
    const log = aGroup();
    const limits = { ...defaultLimits, devicesPerConversation: 1 };
    const change = { removeMembers: ['bob'], removeDevices: [bob] };
    expect(log.refusal(aCommit(log.now, ann, change), { limits })).toBeNull();
  });

  it('in a direct conversation is refused while the other side does not accept the sender, whatever it is', () => {
    const log = aDirect();
    const facts = { refusing: ['bob'] };
    const notAccepting = { code: 'not_accepting', accounts: ['bob'] };
    expect(log.refusal(aCommit(log.now, ann), facts)).toEqual(notAccepting);
    expect(log.refusal(aCommit(log.now, ann, { addDevices: [ann2] }), facts)).toEqual(notAccepting);
    expect(log.refusal(anExternalJoin(log.now, ann2), facts)).toEqual(notAccepting);
    expect(log.refusal(aCommit(log.now, ann, { mode: 'found', addDevices: [ann] }), facts)).toEqual(
      notAccepting,
    );
  });

  it('leaves room: in a burst it is told when to come back, and then it is taken; owed removals never wait', () => {
    const log = aGroup();
    const facts = { now: anInstant };
    for (const _ of many(3, () => 0)) log.must(aCommit(log.now, ann), facts);
    log.must(aCommit(log.now, ann), facts);
    const early = log.refusal(aCommit(log.now, ann), facts);
    expect(early).toMatchObject({ code: 'too_soon', retryAfterMs: expect.any(Number) });
    const waitMs = early?.code === 'too_soon' ? early.retryAfterMs : 0;
    expect(waitMs).toBeGreaterThan(0);
    expect(log.refusal(aCommit(log.now, ann), { now: anInstant + waitMs - 1 })).not.toBeNull();
    expect(log.refusal(aCommit(log.now, ann), { now: anInstant + waitMs })).toBeNull();
    log.must(aLeaving(log.now, bob), facts);
    const { pace } = log.now;
    log.must(aCommit(log.now, cat, { removeDevices: [bob] }), facts);
    expect(log.now.pace).toEqual(pace);
  });
});
