import { aCommit, aFounding, aLeaving, aMessage, aRosterChange, RuleLog } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import type { DeviceRef } from '../shared/ids.ts';
import type { ConversationKind, Role } from './conversation.ts';
import { may, mayActOn } from './permissions.ts';
import type { Action } from './refusal.ts';

const roles: readonly Role[] = ['owner', 'admin', 'member'];

/** Who may: o owner, a admin, m member; - nobody. Written out, so that a change of the rules is a change of this page. */
const expected: Record<ConversationKind, Record<Action, string>> = {
  direct: {
    send: 'oam',
    add_member: '-',
    remove_member: '-',
    set_role: '-',
    add_own_device: 'oam',
    add_foreign_device: 'oam',
    remove_device: '-',
    reset: 'oam',
    leave: '-',
  },
  group: {
    send: 'oam',
    add_member: 'oa',
    remove_member: 'oa',
    set_role: 'o',
    add_own_device: 'oam',
    add_foreign_device: 'oam',
    remove_device: '-',
    reset: 'oa',
    leave: 'oam',
  },
  self: {
    send: 'o',
    add_member: '-',
    remove_member: '-',
    set_role: '-',
    add_own_device: 'o',
    add_foreign_device: '-',
    remove_device: '-',
    reset: 'o',
    leave: '-',
  },
};
const rows = (Object.keys(expected) as ConversationKind[]).flatMap((kind) =>
  (Object.keys(expected[kind]) as Action[]).flatMap((action) =>
    roles.map((role) => ({
      kind,
      action,
      role,
      allowed: expected[kind][action].includes(role.slice(0, 1)),
    })),
  ),
);

const ann = { account: 'ann', device: 'ann1' };
const bob = { account: 'bob', device: 'bob1' };
const cat = { account: 'cat', device: 'cat1' };

/** Bob has the role; Cat is a member. Nobody else is an owner but Ann. */
function aGroupWith(role: Role): RuleLog {
  const log = new RuleLog();
  log.must(
    aFounding('group', ann, {
      members: [
        { account: 'bob', role },
        { account: 'cat', role: 'member' },
      ],
      devices: [bob, cat],
    }),
  );
  return log;
}
const aDirect = (): RuleLog => {
  const log = new RuleLog();
  const others = {
    conversation: 'direct-1',
    members: [{ account: 'bob', role: 'member' as const }],
    devices: [bob],
  };
  log.must(aFounding('direct', ann, others), { requiredId: 'direct-1' });
  return log;
};
const aSelf = (): RuleLog => {
  const log = new RuleLog();
  const second = { account: 'bob', device: 'bob2' };
  log.must(aFounding('self', bob, { conversation: 'self-1', devices: [second] }), {
    requiredId: 'self-1',
  });
  return log;
};

/** What each action looks like when Bob does it; in a self conversation with devices of his own only. */
const doing: Record<Action, (log: RuleLog) => ReturnType<RuleLog['refusal']>> = {
  send: (log) => log.refusal(aMessage(log.now, bob)),
  add_member: (log) =>
    log.refusal(aCommit(log.now, bob, { addMembers: [{ account: 'dan', role: 'member' }] })),
  remove_member: (log) => {
    const target = log.now.members.has('cat') ? cat : ann;
    return log.refusal(
      aCommit(log.now, bob, {
        removeMembers: [target.account],
        removeDevices: log.now.devices.has(target.device) ? [target] : [],
      }),
    );
  },
  set_role: (log) => {
    const account = [...log.now.members.keys()].find((member) => member !== 'bob') ?? 'bob';
    return log.refusal(aRosterChange(log.now, bob, { setRoles: [{ account, role: 'owner' }] }));
  },
  add_own_device: (log) =>
    log.refusal(aCommit(log.now, bob, { addDevices: [{ account: 'bob', device: 'bob3' }] })),
  add_foreign_device: (log) =>
    log.refusal(aCommit(log.now, bob, { addDevices: [{ account: 'ann', device: 'ann2' }] })),
  remove_device: (log) => log.refusal(aCommit(log.now, bob, { removeDevices: [ann] })),
  reset: (log) => log.refusal(aCommit(log.now, bob, { mode: 'found', addDevices: [bob] })),
  leave: (log) =>
    log.refusal(
      aLeaving(log.now, bob, log.now.kind === 'group' ? [{ account: 'ann', role: 'owner' }] : []),
    ),
};

const forbidden = (action: Action) => ({ code: 'forbidden', action });

describe('the table of permissions', () => {
  it.each(rows)(
    'in a $kind conversation: $action by $role is $allowed',
    ({ kind, role, action, allowed }) => {
      expect(may(kind, role, action)).toBe(allowed);
    },
  );

  it.each(roles.flatMap((actor) => roles.map((target) => ({ actor, target }))))(
    'lets $actor remove $target only if an owner or of a higher role',
    ({ actor, target }) => {
      const ranks = 'mao';
      const higher = ranks.indexOf(actor.slice(0, 1)) > ranks.indexOf(target.slice(0, 1));
      expect(mayActOn(actor, target)).toBe(actor === 'owner' || higher);
    },
  );
});

describe('what is decided in a group', () => {
  it.each(rows.filter(({ kind }) => kind === 'group'))(
    'lets $role do $action: $allowed',
    ({ role, action, allowed }) => {
      // Leaving names an heir here, which only owners may.
      const denied = action === 'leave' && role !== 'owner' ? 'set_role' : allowed ? null : action;
      expect(doing[action](aGroupWith(role))).toEqual(denied && forbidden(denied));
    },
  );

  it.each(roles)('lets a %s leave without naming anybody', (role) => {
    const log = aGroupWith(role);
    expect(log.refusal(aLeaving(log.now, bob))).toBeNull();
  });

  it.each(['owner', 'admin'] as const)('lets no admin add an %s', (role) => {
    const log = aGroupWith('admin');
    const change = { addMembers: [{ account: 'dan', role }] };
    expect(log.refusal(aCommit(log.now, bob, change))).toEqual(forbidden('set_role'));
    expect(log.refusal(aCommit(log.now, ann, change))).toBeNull();
  });

  it('lets no admin remove an owner or another admin', () => {
    const log = aGroupWith('admin');
    const removing = (target: DeviceRef) => ({
      removeMembers: [target.account],
      removeDevices: [target],
    });
    expect(log.refusal(aCommit(log.now, bob, removing(ann)))).toEqual(forbidden('remove_member'));
    log.must(aRosterChange(log.now, ann, { setRoles: [{ account: 'cat', role: 'admin' }] }));
    expect(log.refusal(aCommit(log.now, bob, removing(cat)))).toEqual(forbidden('remove_member'));
  });
});

describe('what is decided in a direct conversation', () => {
  it.each(rows.filter(({ kind, role }) => kind === 'direct' && role === 'member'))(
    'lets its members do $action: $allowed',
    ({ action, allowed }) => {
      expect(doing[action](aDirect())).toEqual(allowed ? null : forbidden(action));
    },
  );
});

describe('what is decided in a self conversation', () => {
  it.each(['send', 'add_own_device', 'reset'] as const)('lets its owner do %s', (action) => {
    expect(doing[action](aSelf())).toBeNull();
  });

  it.each(['add_member', 'set_role', 'leave'] as const)('lets nobody do %s', (action) => {
    expect(doing[action](aSelf())).toEqual(forbidden(action));
  });

  it('takes no device of anybody else', () => {
    expect(doing.add_foreign_device(aSelf())).toEqual({
      code: 'invalid_change',
      reason: 'device_of_no_member',
    });
  });
});
