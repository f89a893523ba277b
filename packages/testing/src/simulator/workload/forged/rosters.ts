import type { Role } from '@sealpost/domain';
import { anyRole, type Forgery, part } from './place.ts';
import {
  anywhere,
  inGroup,
  member,
  nobody,
  others,
  outsiders,
  owners,
  withOne,
} from './recipes.ts';

const below: readonly Role[] = ['admin', 'member'];

/** Changes of who is in a conversation and as what, that nobody or not everybody may make. */
export const forgedRosters: readonly Forgery[] = [
  anywhere(() => ({ change: null })),
  anywhere(() => ({ change: {} })),
  anywhere(({ self }) => ({ change: { revokeDevices: [self] } })),
  anywhere(withOne(others, (other) => ({ change: { revokeDevices: [other] } }))),
  anywhere(withOne(others, ({ account }) => ({ change: { removeMembers: [account] } }))),
  inGroup(anyRole, ({ self }) => ({
    change: { removeMembers: [self.account] },
    parts: [part('all')],
  })),
  inGroup(anyRole, ({ self }) => ({ change: { mode: 'member', removeMembers: [self.account] } })),
  inGroup(anyRole, ({ self, log: { founding } }) => ({
    change: { founding, removeMembers: [self.account] },
  })),
  inGroup(anyRole, ({ self }) => ({ change: { removeMembers: [self.account, self.account] } })),
  inGroup(anyRole, ({ self }) => ({
    change: { removeMembers: [self.account], addDevices: [nobody] },
  })),
  inGroup(anyRole, ({ self }) => ({
    change: { removeMembers: [self.account], removeDevices: [self] },
  })),
  inGroup(
    anyRole,
    withOne(outsiders, (one, { self }) => ({
      change: { removeMembers: [self.account], addMembers: [member(one)] },
    })),
  ),
  inGroup(['owner'], () => ({ change: { setRoles: [member(nobody)] } })),
  inGroup(['owner'], ({ self, log }) =>
    owners(log) > 1
      ? null
      : { change: { setRoles: [member(self)] }, isWrong: (before) => owners(before) === 1 },
  ),
  inGroup(['owner'], ({ self, log, others: left }) =>
    owners(log) > 1 || left.length === 0
      ? null
      : {
          change: { removeMembers: [self.account] },
          isWrong: (before) => owners(before) === 1 && before.roles.size > 1,
        },
  ),
  inGroup(below, ({ self }) => ({
    change: { setRoles: [{ account: self.account, role: 'owner' }] },
  })),
  {
    in: ['direct', 'self'],
    by: anyRole,
    entry: ({ self }) => ({ change: { removeMembers: [self.account] } }),
  },
];
