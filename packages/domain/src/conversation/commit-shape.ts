import type { DeviceId, DeviceRef } from '../shared/ids.ts';
import { reaches } from './audience.ts';
import type { Command } from './command.ts';
import {
  type Change,
  type ConversationState,
  currentMembers,
  isKeyed,
  isSameDevice,
  keyedDevices,
  roleOf,
} from './conversation.ts';
import type { InvalidChangeReason } from './refusal.ts';

const distinct = (names: readonly string[]): boolean => new Set(names).size === names.length;
const accountsIn = ({ addMembers, removeMembers, setRoles }: Change): string[] => [
  ...[...addMembers, ...setRoles].map(({ account }) => account),
  ...removeMembers,
];

function invalidNames(state: ConversationState, change: Change): InvalidChangeReason | null {
  const { addMembers, removeMembers, setRoles, addDevices, removeDevices } = change;
  const devices = [addDevices, removeDevices].map((refs) => refs.map(({ device }) => device));
  if (![...devices, accountsIn(change)].every(distinct)) return 'repeated';
  const isMember = (account: string): boolean => roleOf(state, account) !== null;
  if (addMembers.some(({ account }) => isMember(account))) return 'already_member';
  const present = [...removeMembers, ...setRoles.map(({ account }) => account)];
  return present.every(isMember) ? null : 'not_a_member';
}

function invalidMode(
  state: ConversationState,
  sender: DeviceRef,
  change: Change,
): InvalidChangeReason | null {
  const { addDevices, removeDevices } = change;
  const nothingElse = removeDevices.length + accountsIn(change).length === 0;
  const addsSender = addDevices.some((added) => isSameDevice(added, sender));
  switch (change.mode) {
    case null:
      return 'mode';
    case 'external':
      return addsSender && addDevices.length === 1 && nothingElse
        ? null
        : 'external_own_device_only';
    case 'found':
      if (!nothingElse) return 'mode';
      return addsSender ? null : 'not_keyed';
    case 'member': {
      if (addDevices.some(({ device }) => isKeyed(state, device))) return 'already_keyed';
      const isKeyedHere = ({ account, device }: DeviceRef): boolean =>
        isKeyed(state, device) && state.devices.get(device)?.account === account;
      return removeDevices.every(isKeyedHere) ? null : 'not_keyed';
    }
  }
}

/** The accounts of the conversation after the change. */
export function membersAfter(state: ConversationState, change: Change): ReadonlySet<string> {
  const members = new Set(currentMembers(state));
  for (const account of change.removeMembers) members.delete(account);
  for (const { account } of change.addMembers) members.add(account);
  return members;
}

/** How many devices the keys are for after the change. */
export function keyedAfter(state: ConversationState, change: Change): number {
  const kept = change.mode === 'found' ? [] : keyedDevices(state);
  const keyed = new Set(kept.map(({ device }) => device));
  for (const { device } of change.removeDevices) keyed.delete(device);
  for (const { device } of change.addDevices) keyed.add(device);
  return keyed.size;
}

/** Devices that would stay in the keys although the roster no longer has them. */
export function leftBehind(state: ConversationState, change: Change): DeviceId[] {
  const removed = new Set(change.removeDevices.map(({ device }) => device));
  const gone = new Set(change.removeMembers);
  return keyedDevices(state)
    .filter(({ device }) => !removed.has(device))
    .filter(({ account, device }) => gone.has(account) || state.owed.has(device))
    .map(({ device }) => device);
}

/** What of a commit contradicts itself or the conversation. */
export function invalidCommit(
  state: ConversationState,
  { sender, parts }: Command,
  change: Change,
): InvalidChangeReason | null {
  if (change.revokeDevices.length > 0) return 'mode';
  if (change.founding !== null) return 'founding_repeated';
  const reason = invalidNames(state, change) ?? invalidMode(state, sender, change);
  if (reason) return reason;
  const members = membersAfter(state, change);
  if (change.addDevices.some(({ account }) => !members.has(account))) return 'device_of_no_member';
  const added = new Set(change.addDevices.map(({ device }) => device));
  const reads = (device: DeviceId): boolean => added.has(device) || isKeyed(state, device);
  return reaches(parts, 'commit', reads) ? null : 'audience';
}
