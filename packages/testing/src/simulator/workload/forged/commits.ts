import type { Role } from '@sealpost/domain';
import { anyRole, type Forgery, owedIn, part } from './place.ts';
import {
  allKeyed,
  anywhere,
  inGroup,
  isKept,
  keyedOf,
  member,
  nobody,
  others,
  outsiders,
  owners,
  without,
  withOne,
} from './recipes.ts';

const leaders: readonly Role[] = ['owner', 'admin'];

/** Changes of keys that contradict themselves, the conversation, or what their sender may do. */
export const forgedCommits: readonly Forgery[] = [
  anywhere(() => ({ change: null })),
  anywhere(() => ({ epochsBack: 1 })),
  { ...anywhere(() => ({})), withoutKeys: true },
  anywhere(() => ({ parts: [{ audience: 'all', bytes: new Uint8Array(3 * 1024 * 1024) }] })),
  anywhere(({ self }) => ({ change: { mode: null, addDevices: [self], removeDevices: [] } })),
  anywhere(({ self }) => ({ change: { revokeDevices: [self] } })),
  anywhere(({ log: { founding } }) => ({ change: { founding } })),
  anywhere(({ self }) => ({ change: { addDevices: [self] } })),
  anywhere(() => ({ change: { mode: 'external', addDevices: [], removeDevices: [] } })),
  anywhere(
    withOne(others, (other) => ({
      change: { mode: 'external', addDevices: [other], removeDevices: [] },
    })),
  ),
  anywhere(
    withOne(others, (other, { self }) => ({
      change: { mode: 'external', addDevices: [self, other], removeDevices: [] },
    })),
  ),
  anywhere((place) => ({ change: { removeDevices: [...owedIn(place.log), nobody] } })),
  anywhere((place) => {
    const [again] = owedIn(place.log);
    return again ? { change: { removeDevices: [...owedIn(place.log), again] } } : null;
  }),
  anywhere(
    withOne(others, ({ device }, place) => ({
      change: { removeDevices: [...owedIn(place.log), { account: place.self.account, device }] },
    })),
  ),
  anywhere(withOne(outsiders, (outsider) => ({ change: { addDevices: [outsider] } }))),
  anywhere(({ log }) => (log.owed.size > 0 ? { change: { removeDevices: [] } } : null)),
  anywhere(() => ({ parts: [part('all'), part([nobody.device])] })),
  anywhere(({ self }) => ({ parts: [part('all'), part([self.device, self.device])] })),
  anywhere(({ self, log }) => ({ change: { removeDevices: [...owedIn(log), self] } })),
  anywhere(
    withOne(others, (other, { log }) => ({
      change: { removeDevices: [...owedIn(log), other] },
      isWrong: ({ owed }) => !owed.has(other.device),
    })),
  ),
  inGroup(['owner'], (place) => ({ change: { ...without(place, place.self.account) } })),
  inGroup(['owner'], (place) => {
    const stays = place.others.find(({ device }) => isKept(place, device));
    return stays ? { change: { removeMembers: [stays.account] } } : null;
  }),
  inGroup(['owner'], (place) => {
    const keyless = place.others.find(({ device }) => !place.log.hasKeys(device));
    const { account } = keyless ?? nobody;
    return keyless ? { change: { ...without(place, account), addDevices: [keyless] } } : null;
  }),
  inGroup(['owner'], () => ({ change: { removeMembers: [nobody.account] } })),
  inGroup(['owner'], () => ({ change: { setRoles: [member(nobody)] } })),
  inGroup(['owner'], ({ self }) => ({
    change: { addMembers: [{ account: self.account, role: 'owner' }] },
  })),
  inGroup(
    ['owner'],
    withOne(others, (other) => ({ change: { addMembers: [member(other)] } })),
  ),
  inGroup(
    ['owner'],
    withOne(others, (other) => ({ change: { setRoles: [member(other), member(other)] } })),
  ),
  inGroup(
    ['owner'],
    withOne(outsiders, (one) => ({ change: { addMembers: [member(one), member(one)] } })),
  ),
  inGroup(
    ['owner'],
    withOne(outsiders, (one) => ({
      change: { addMembers: [member(one)], addDevices: [one, one] },
    })),
  ),
  inGroup(['owner'], ({ self, log }) =>
    owners(log) > 1
      ? null
      : {
          change: { setRoles: [member(self)] },
          isWrong: (before) => owners(before) === 1,
        },
  ),
  inGroup(
    ['owner'],
    withOne(others, (other, place) => ({
      change: {
        mode: 'found',
        addDevices: allKeyed(place),
        removeDevices: [],
        setRoles: [member(other)],
      },
    })),
  ),
  inGroup(
    ['owner'],
    withOne(others, (other, { self }) => ({
      change: {
        mode: 'external',
        addDevices: [self],
        removeDevices: [],
        setRoles: [member(other)],
      },
    })),
  ),
  inGroup(
    ['owner'],
    withOne(others, ({ account }, place) => ({
      change: {
        ...{ mode: 'found', removeMembers: [account], removeDevices: [] },
        addDevices: allKeyed(place).filter((ref) => ref.account !== account),
      },
    })),
  ),
  inGroup(
    ['owner'],
    withOne(others, ({ account }, place) => ({
      change: { ...without(place, account), removeMembers: [account, account] },
    })),
  ),
  inGroup(leaders, (place) => ({
    change: {
      mode: 'found',
      addDevices: keyedOf(place, place.others[0]?.account ?? ''),
      removeDevices: [],
    },
  })),
  inGroup(['member'], (place) => ({
    change: { mode: 'found', addDevices: [place.self], removeDevices: [] },
  })),
  inGroup(
    ['member'],
    withOne(outsiders, (one) => ({ change: { addMembers: [member(one)] } })),
  ),
  inGroup(
    ['member', 'admin'],
    withOne(others, (other) => ({ change: { setRoles: [member(other)] } })),
  ),
  inGroup(
    ['admin'],
    withOne(outsiders, ({ account }) => ({ change: { addMembers: [{ account, role: 'admin' }] } })),
  ),
  inGroup(
    ['member'],
    withOne(others, ({ account }, place) => ({ change: without(place, account) })),
  ),
  inGroup(['admin'], (place) => {
    const above = place.others.find(({ account }) => place.log.roles.get(account) !== 'member');
    return above ? { change: without(place, above.account) } : null;
  }),
  {
    in: ['direct', 'self'],
    by: anyRole,
    entry: withOne(outsiders, (one) => ({ change: { addMembers: [member(one)] } })),
  },
  {
    in: ['direct'],
    by: anyRole,
    entry: withOne(others, ({ account }, place) => ({ change: without(place, account) })),
  },
];
