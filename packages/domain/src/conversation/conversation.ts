import type {
  AccountId,
  ConversationId,
  DeviceId,
  DeviceRef,
  Seq,
  Suite,
  Timestamp,
} from '../shared/ids.ts';

export type ConversationKind = 'direct' | 'group' | 'self';
export type Role = 'owner' | 'admin' | 'member';

/** Entries `from` … `to`, both included; `to` null: still open. */
export interface Interval {
  readonly from: Seq;
  readonly to: Seq | null;
}

export interface Member {
  /** Null once the account is no longer a member. */
  readonly role: Role | null;
  /** When the account was a member, oldest first: from the entry that added it to the entry that removed it. */
  readonly intervals: readonly Interval[];
}

export interface KeyedDevice {
  readonly account: AccountId;
  /** When the device was in the keys, oldest first: from the entry that brought it in to the commit that took it out. */
  readonly spans: readonly Interval[];
}

/**
 * What a conversation's log adds up to: a fold of `evolve` over its entries.
 * It is the only thing that rules read, and `version` names it: equal versions of a conversation are equal states.
 */
export interface ConversationState {
  readonly id: ConversationId;
  readonly kind: ConversationKind;
  readonly suite: Suite;
  /** Raised by a reset, which starts a new group of keys. */
  readonly generation: number;
  /** Raised by one by every commit; never falls, also across generations. */
  readonly epoch: number;
  /** Seq of the last entry that is not a message. */
  readonly version: Seq;
  /** Seq of the newest commit: the one whose part for joiners is handed out. */
  readonly lastCommit: Seq;
  readonly members: ReadonlyMap<AccountId, Member>;
  readonly devices: ReadonlyMap<DeviceId, KeyedDevice>;
  /** Devices which the keys still include but the roster no longer does. */
  readonly owed: ReadonlySet<DeviceId>;
  /** Recent commits, decaying (`pace.ts`). */
  readonly pace: { readonly load: number; readonly at: Timestamp };
}

export interface RoleOf {
  readonly account: AccountId;
  readonly role: Role;
}

export type CommitMode = 'found' | 'member' | 'external';

/** What an entry changes, in clear, since the server enforces it. Devices compare it with the commit itself. */
export interface Change {
  /** How the keys change: null in a roster entry, which carries none. `found` starts a group of keys (the first entry, or a reset). */
  readonly mode: CommitMode | null;
  /** The kind and suite; in the first entry only. */
  readonly founding: { readonly kind: ConversationKind; readonly suite: Suite } | null;
  readonly addMembers: readonly RoleOf[];
  readonly removeMembers: readonly AccountId[];
  readonly setRoles: readonly RoleOf[];
  /** Devices that the commit brings into the keys. */
  readonly addDevices: readonly DeviceRef[];
  /** Devices that the commit takes out of the keys. */
  readonly removeDevices: readonly DeviceRef[];
  /** Roster entries only: devices that were revoked and are owed from here on. */
  readonly revokeDevices: readonly DeviceRef[];
}

export const emptyChange: Change = {
  mode: null,
  founding: null,
  addMembers: [],
  removeMembers: [],
  setRoles: [],
  addDevices: [],
  removeDevices: [],
  revokeDevices: [],
};

export const isSameDevice = (a: DeviceRef, b: DeviceRef): boolean =>
  a.account === b.account && a.device === b.device;
export const isOpen = (interval: Interval | undefined): boolean => interval?.to === null;
export const roleOf = (state: ConversationState, account: AccountId): Role | null =>
  state.members.get(account)?.role ?? null;
export const isKeyed = (state: ConversationState, device: DeviceId): boolean =>
  isOpen(state.devices.get(device)?.spans.at(-1));
export const currentMembers = (state: ConversationState): AccountId[] =>
  [...state.members].filter(([, member]) => member.role !== null).map(([account]) => account);
export const keyedDevices = (state: ConversationState): DeviceRef[] =>
  [...state.devices]
    .filter(([, device]) => isOpen(device.spans.at(-1)))
    .map(([device, { account }]) => ({ account, device }));
