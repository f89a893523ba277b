import { aCommit, aFounding, aLeaving, aPart, aRosterChange, RuleLog } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import type { Change } from './conversation.ts';

const ann = { account: 'ann', device: 'ann1' };
const bob = { account: 'bob', device: 'bob1' };
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
const lastOwner = { code: 'last_owner' };

describe('a roster entry', () => {
  it('leaves generation and epoch as they are, and what it takes away is owed', () => {
    const log = aGroup();
    log.must(aLeaving(log.now, bob));
    expect(log.now).toMatchObject({
      generation: 1,
      epoch: 1,
      version: 2,
      lastCommit: 1,
      owed: new Set(['bob1']),
    });
  });

  it.each<[string, Partial<Change>, string]>([
    ['changes keys', { mode: 'member' }, 'mode'],
    ['founds', { founding: { kind: 'group', suite: 'plain-1' } }, 'mode'],
    ['adds members', { addMembers: [member('dan')] }, 'keys_in_roster'],
    ['adds devices', { addDevices: [{ account: 'ann', device: 'ann2' }] }, 'keys_in_roster'],
    ['removes devices', { removeDevices: [bob] }, 'keys_in_roster'],
    ['changes nothing', {}, 'empty'],
    ['removes a stranger', { removeMembers: ['dan'] }, 'not_a_member'],
    ['gives a stranger a role', { setRoles: [owner('dan')] }, 'not_a_member'],
    ['names one twice as leaving', { removeMembers: ['ann', 'ann'] }, 'repeated'],
    ['names one twice for a role', { setRoles: [owner('bob'), member('bob')] }, 'repeated'],
    [
      'gives a role to the one who leaves',
      { removeMembers: ['ann'], setRoles: [owner('ann'), owner('bob')] },
      'repeated',
    ],
  ])('that %s is refused', (_, change, reason) => {
    const log = aGroup();
    expect(log.refusal(aRosterChange(log.now, ann, change))).toEqual({
      code: 'invalid_change',
      reason,
    });
  });

  it('carries no parts and needs a change', () => {
    const log = aGroup();
    const change = { setRoles: [owner('bob')] };
    expect(log.refusal(aRosterChange(log.now, ann, change, { parts: [aPart()] }))).toMatchObject({
      reason: 'keys_in_roster',
    });
    expect(log.refusal({ ...aRosterChange(log.now, ann, change), change: null })).toMatchObject({
      reason: 'empty',
    });
  });

  it('removes nobody but its sender, and revokes nothing, unless the server says so', () => {
    const log = aGroup();
    const removing = aRosterChange(log.now, ann, { removeMembers: ['bob'] });
    const revoking = aRosterChange(log.now, ann, { revokeDevices: [ann] });
    expect(log.refusal(removing)).toEqual({ code: 'forbidden', action: 'remove_member' });
    expect(log.refusal(revoking)).toEqual({ code: 'forbidden', action: 'remove_device' });
    expect(log.refusal(revoking, { onBehalf: true })).toBeNull();
  });

  it('keeps the last owner of a group with members from leaving without naming another', () => {
    const log = aGroup();
    expect(log.refusal(aLeaving(log.now, ann))).toEqual(lastOwner);
    expect(log.refusal(aLeaving(log.now, ann, [{ account: 'bob', role: 'admin' }]))).toEqual(
      lastOwner,
    );
    expect(log.refusal(aLeaving(log.now, ann, [owner('bob')]))).toBeNull();
  });

  it('keeps the last owner from giving ownership up without naming another', () => {
    const log = aGroup();
    expect(log.refusal(aRosterChange(log.now, ann, { setRoles: [member('ann')] }))).toEqual(
      lastOwner,
    );
    expect(
      log.refusal(aRosterChange(log.now, ann, { setRoles: [member('ann'), owner('bob')] })),
    ).toBeNull();
  });

  it('lets an owner leave when another stays, and the last member in any case', () => {
    const log = aGroup();
    log.must(aRosterChange(log.now, ann, { setRoles: [owner('bob')] }));
    log.must(aLeaving(log.now, ann));
    log.must(aCommit(log.now, bob, { removeMembers: ['cat'], removeDevices: [cat, ann] }));
    log.must(aLeaving(log.now, bob));
    expect(log.now.members.get('bob')?.role).toBeNull();
  });

  it('revokes on the server’s behalf what the keys hold; what they do not hold is not owed', () => {
    const log = aGroup();
    const gone = [
      { account: 'bob', device: 'bob1' },
      { account: 'bob', device: 'bob2' },
    ];
    log.must(aRosterChange(log.now, bob, { revokeDevices: gone }), { onBehalf: true });
    expect(log.now.owed).toEqual(new Set(['bob1']));
    expect(log.now.members.get('bob')?.role).toBe('member');
  });
});
