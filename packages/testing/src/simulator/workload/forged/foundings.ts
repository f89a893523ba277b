import {
  type Change,
  type DeviceRef,
  directId,
  emptyChange,
  type Role,
  selfId,
  type Suite,
} from '@sealpost/domain';
import { digest } from '../../server/stand-ins.ts';
import { part } from './place.ts';
import { member, nobody } from './recipes.ts';

/** Who founds, with whom, and what is founded by. */
export interface Founders {
  readonly self: DeviceRef;
  readonly other: DeviceRef;
  readonly suite: Suite;
}

interface Founding extends Founders {
  /** A group that there is already. */
  readonly group: string | null;
}

const as = ({ account }: DeviceRef, role: Role): Change['addMembers'][number] => ({
  account,
  role,
});

/** A group of two as it should be, but for what is named. */
export function groupBut({ self, other, suite }: Founders, spoilt: Partial<Change>): Change {
  return {
    ...{ ...emptyChange, mode: 'found', founding: { kind: 'group', suite } },
    ...{ addMembers: [as(self, 'owner'), member(other)], addDevices: [self, other] },
    ...spoilt,
  };
}

/** A conversation that cannot be. */
interface ForgedFounding {
  readonly change: Change | null;
  readonly parts?: readonly ReturnType<typeof part>[];
  /** Its id; any, if not said. */
  readonly conversation?: string;
}

const direct = ({ self, other }: Founders): string => directId(digest, self.account, other.account);

export const forgedFoundings: readonly ((founding: Founding) => ForgedFounding)[] = [
  () => ({ change: null }),
  (all) => ({ change: groupBut(all, { founding: null }) }),
  (all) => ({ change: groupBut(all, { mode: 'member' }) }),
  (all) => ({ change: groupBut(all, { addMembers: [member(all.self), member(all.other)] }) }),
  (all) => ({
    change: groupBut(all, { addMembers: [as(all.other, 'owner')], addDevices: [all.other] }),
  }),
  (all) => ({
    change: groupBut(all, {
      addMembers: [as(all.self, 'owner'), as(all.self, 'owner')],
      addDevices: [all.self],
    }),
  }),
  (all) => ({ change: groupBut(all, { addDevices: [all.self, all.self] }) }),
  (all) => ({ change: groupBut(all, { addDevices: [all.other] }) }),
  (all) => ({ change: groupBut(all, { addMembers: [as(all.self, 'owner')] }) }),
  (all) => ({ change: groupBut(all, { removeMembers: [all.other.account] }) }),
  (all) => ({ change: groupBut(all, { setRoles: [as(all.other, 'owner')] }) }),
  (all) => ({ change: groupBut(all, { removeDevices: [all.other] }) }),
  (all) => ({ change: groupBut(all, { revokeDevices: [all.other] }) }),
  (all) => ({ change: groupBut(all, {}), parts: [part('all'), part([nobody.device])] }),
  (all) => ({
    change: groupBut(all, {
      addDevices: [all.self, nobody],
      addMembers: [as(all.self, 'owner'), member(nobody)],
    }),
  }),
  (all) => ({
    change: groupBut(all, {}),
    parts: [{ audience: 'all', bytes: new Uint8Array(3 * 1024 * 1024) }],
  }),
  (all) => ({ conversation: direct(all), change: groupBut(all, {}) }),
  (all) =>
    all.group === null ? { change: null } : { conversation: all.group, change: groupBut(all, {}) },
  // The id of these is derived from who is in them.
  (all) => ({
    change: groupBut(all, {
      founding: { kind: 'direct', suite: all.suite },
      addMembers: [member(all.self), member(all.other)],
    }),
  }),
  (all) => ({
    change: groupBut(all, {
      founding: { kind: 'self', suite: all.suite },
      addMembers: [as(all.self, 'owner')],
      addDevices: [all.self],
    }),
  }),
  (all) => ({
    conversation: direct(all),
    change: groupBut(all, { founding: { kind: 'direct', suite: all.suite } }),
  }),
  (all) => ({
    conversation: selfId(digest, all.self.account),
    change: groupBut(all, { founding: { kind: 'self', suite: all.suite } }),
  }),
];
