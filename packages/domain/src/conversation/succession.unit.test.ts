import { aCommit, aFounding, aLeaving, aRosterChange, RuleLog } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { endingIn, serverDevice } from './ending.ts';
import { successor } from './succession.ts';

const ann = { account: 'ann', device: 'ann1' };
const zoe = { account: 'zoe', device: 'zoe1' };
const member = (account: string) => ({ account, role: 'member' as const });

/** Ann founded; then Zoe came, then Bob, then Cat. */
function aGroup(): RuleLog {
  const log = new RuleLog();
  log.must(aFounding('group', ann, { members: [member('zoe')], devices: [zoe] }));
  log.must(aCommit(log.now, ann, { addMembers: [member('bob')] }));
  log.must(aCommit(log.now, ann, { addMembers: [member('cat')] }));
  return log;
}
const promote = (log: RuleLog, account: string): void => {
  log.must(aRosterChange(log.now, ann, { setRoles: [{ account, role: 'admin' }] }));
};

describe('succession', () => {
  it('falls to the longest-serving member', () => {
    expect(successor(aGroup().now, 'ann')).toEqual([{ account: 'zoe', role: 'owner' }]);
  });

  it('falls to an admin before any member, and to the longest-serving of them', () => {
    const log = aGroup();
    promote(log, 'cat');
    expect(successor(log.now, 'ann')).toEqual([{ account: 'cat', role: 'owner' }]);
    promote(log, 'bob');
    expect(successor(log.now, 'ann')).toEqual([{ account: 'bob', role: 'owner' }]);
  });

  it('counts the time since one came last', () => {
    const log = aGroup();
    log.must(aLeaving(log.now, zoe));
    log.must(aCommit(log.now, ann, { addMembers: [member('zoe')], removeDevices: [zoe] }));
    expect(successor(log.now, 'ann')).toEqual([{ account: 'bob', role: 'owner' }]);
  });

  it('is none while another owner stays, when nobody stays, and where there are no owners', () => {
    const log = aGroup();
    expect(successor(log.now, 'bob')).toEqual([]);
    log.must(aRosterChange(log.now, ann, { setRoles: [{ account: 'bob', role: 'owner' }] }));
    expect(successor(log.now, 'ann')).toEqual([]);
    const alone = new RuleLog();
    alone.must(aFounding('group', ann));
    expect(successor(alone.now, 'ann')).toEqual([]);
    const direct = new RuleLog();
    direct.must(aFounding('direct', ann, { conversation: 'direct-1', members: [member('zoe')] }), {
      requiredId: 'direct-1',
    });
    expect(successor(direct.now, 'ann')).toEqual([]);
  });

  it('between those who came together does not depend on their order', () => {
    const log = new RuleLog();
    log.must(aFounding('group', ann, { members: [member('zoe'), member('bob')] }));
    expect(successor(log.now, 'ann')).toEqual([{ account: 'bob', role: 'owner' }]);
  });
});

describe('the entry by which a conversation learns of an ending', () => {
  it('removes a deleted account and hands its ownership on, in one', () => {
    const log = aGroup();
    const command = endingIn(log.now, { id: 'deletion', account: 'ann', device: null });
    expect(command).toMatchObject({
      clientId: 'deletion',
      kind: 'roster',
      class: 'quiet',
      sender: { account: 'ann', device: serverDevice },
    });
    if (command) log.must(command, { onBehalf: true });
    expect(log.now.members.get('ann')?.role).toBeNull();
    expect(log.now.members.get('zoe')?.role).toBe('owner');
    expect(log.now.owed).toEqual(new Set(['ann1']));
  });

  it('revokes a device that the keys hold', () => {
    const log = aGroup();
    const command = endingIn(log.now, { id: 'revocation', account: 'zoe', device: 'zoe1' });
    if (command) log.must(command, { onBehalf: true });
    expect(log.now.owed).toEqual(new Set(['zoe1']));
  });

  it('is none when there is nothing left to learn', () => {
    const log = aGroup();
    const none = (account: string, device: string | null) =>
      endingIn(log.now, { id: 'any', account, device });
    expect(none('zoe', 'zoe2')).toBeNull();
    expect(none('dan', null)).toBeNull();
    expect(none('dan', 'dan1')).toBeNull();
    log.must(aLeaving(log.now, zoe));
    expect(none('zoe', 'zoe1')).toBeNull();
    expect(none('zoe', null)).toBeNull();
  });

  it('can empty a direct conversation, of which the other keeps what was', () => {
    const log = new RuleLog();
    log.must(
      aFounding('direct', ann, {
        conversation: 'direct-1',
        members: [member('zoe')],
        devices: [zoe],
      }),
      { requiredId: 'direct-1' },
    );
    const command = endingIn(log.now, { id: 'deletion', account: 'ann', device: null });
    if (command) log.must(command, { onBehalf: true });
    expect([...log.now.members].map(([account, { role }]) => [account, role])).toEqual([
      ['ann', null],
      ['zoe', 'member'],
    ]);
  });
});
