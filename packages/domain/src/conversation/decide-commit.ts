import type { EntryDraft } from '../log/entry.ts';
import type { DeviceId } from '../shared/ids.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import { type Command, draftOf, type Facts, sizeOf } from './command.ts';
import {
  type Change,
  type ConversationState,
  currentMembers,
  isKeyed,
  keyedDevices,
  type Role,
  roleOf,
} from './conversation.ts';
import { rekeyNeeded, staleEpoch } from './decide-message.ts';
import { leavesNoOwner } from './decide-roster.ts';
import { onlyOwedRemovals } from './evolve.ts';
import { waitMs } from './pace.ts';
import { may, mayActOn } from './permissions.ts';
import type { Action, InvalidChangeReason, RuleRefusal } from './refusal.ts';

const invalid = (reason: InvalidChangeReason) =>
  refuse({ code: 'invalid_change', reason } as const);

const distinct = (names: readonly string[]): boolean => new Set(names).size === names.length;

function invalidShape(
  state: ConversationState,
  { sender }: Command,
  change: Change,
): InvalidChangeReason | null {
  if (change.mode === null || change.revokeDevices.length > 0) return 'mode';
  if (change.founding !== null) return 'founding_repeated';
  const added = change.addDevices.map(({ device }) => device);
  const removed = change.removeDevices.map(({ device }) => device);
  const accounts = [...change.addMembers, ...change.setRoles].map(({ account }) => account);
  if (!distinct(added) || !distinct(removed) || !distinct([...accounts, ...change.removeMembers]))
    return 'repeated';
  if (change.addMembers.some(({ account }) => roleOf(state, account) !== null))
    return 'already_member';
  if (change.removeMembers.some((account) => roleOf(state, account) === null))
    return 'not_a_member';
  if (change.setRoles.some(({ account }) => roleOf(state, account) === null)) return 'not_a_member';
  if (change.mode === 'external') {
    const onlySelf = added.length === 1 && added[0] === sender.device && removed.length === 0;
    return onlySelf && accounts.length + change.removeMembers.length === 0
      ? null
      : 'external_own_device_only';
  }
  if (change.mode === 'found') {
    if (removed.length > 0 || accounts.length + change.removeMembers.length > 0) return 'mode';
    return added.includes(sender.device) ? null : 'not_keyed';
  }
  if (added.some((device) => isKeyed(state, device))) return 'already_keyed';
  const known = change.removeDevices.every(
    ({ account, device }) =>
      isKeyed(state, device) && state.devices.get(device)?.account === account,
  );
  return known ? null : 'not_keyed';
}

/** The accounts of the conversation after the change. */
function membersAfter(state: ConversationState, change: Change): ReadonlySet<string> {
  const members = new Set(currentMembers(state));
  for (const account of change.removeMembers) members.delete(account);
  for (const { account } of change.addMembers) members.add(account);
  return members;
}

/** Devices that would stay in the keys although the roster no longer has them. */
function leftBehind(state: ConversationState, change: Change): DeviceId[] {
  const removed = new Set(change.removeDevices.map(({ device }) => device));
  const gone = new Set(change.removeMembers);
  return keyedDevices(state)
    .filter(
      ({ account, device }) =>
        !removed.has(device) && (gone.has(account) || state.owed.has(device)),
    )
    .map(({ device }) => device);
}

function forbiddenIn(
  state: ConversationState,
  { sender }: Command,
  change: Change,
  actor: Role,
): Action | null {
  const cannot = (action: Action): boolean => !may(state.kind, actor, action);
  if (change.mode === 'found' && cannot('reset')) return 'reset';
  if (change.addMembers.length > 0 && cannot('add_member')) return 'add_member';
  if (actor !== 'owner' && change.addMembers.some(({ role }) => role !== 'member'))
    return 'set_role';
  if (change.setRoles.length > 0 && cannot('set_role')) return 'set_role';
  const others = change.removeMembers.filter((account) => account !== sender.account);
  if (others.length > 0 && cannot('remove_member')) return 'remove_member';
  if (others.some((account) => !mayActOn(actor, roleOf(state, account) ?? 'member')))
    return 'remove_member';
  // Its own removal cannot be committed by a device: leaving is a roster entry.
  if (others.length < change.removeMembers.length) return 'leave';
  const foreign = change.addDevices.some(({ account }) => account !== sender.account);
  const gone = new Set(change.removeMembers);
  const unowed = change.removeDevices.some(
    ({ account, device }) =>
      !state.owed.has(device) && !gone.has(account) && account !== sender.account,
  );
  if (unowed) return 'remove_device';
  return foreign && cannot('add_foreign_device') ? 'add_foreign_device' : null;
}

/** Limits, and what other accounts and the recent past have to say. */
function hindered(
  state: ConversationState,
  command: Command,
  change: Change,
  facts: Facts,
): RuleRefusal | null {
  const { limits } = facts;
  const kept =
    change.mode === 'found' ? 0 : keyedDevices(state).length - change.removeDevices.length;
  const limit = limits.devicesPerConversation;
  if (kept + change.addDevices.length > limit) return { code: 'too_many_devices', limit };
  if (facts.unusable.length > 0) return { code: 'devices_unusable', devices: facts.unusable };
  if (facts.refusing.length > 0) return { code: 'not_accepting', accounts: facts.refusing };
  const actualBytes = sizeOf(command.parts);
  if (actualBytes > limits.changeBytes)
    return { code: 'too_large', limitBytes: limits.changeBytes, actualBytes };
  if (onlyOwedRemovals(state.owed, change)) return null;
  const retryAfterMs = waitMs(state.pace, currentMembers(state).length, facts.now);
  return retryAfterMs > 0 ? { code: 'too_soon', retryAfterMs } : null;
}

/** A commit changes the keys, and with them whom they are for: of several on one epoch one wins (G7). */
export function decideCommit(
  state: ConversationState,
  head: number,
  command: Command,
  facts: Facts,
): Result<EntryDraft, RuleRefusal> {
  const { change, sender } = command;
  const actor = roleOf(state, sender.account);
  if (actor === null) return refuse({ code: 'not_found' });
  if (change === null) return invalid('empty');
  if (command.generation !== state.generation || command.epoch !== state.epoch)
    return refuse(staleEpoch(state, head));
  const reason = invalidShape(state, command, change);
  if (reason) return invalid(reason);
  if (change.mode === 'member' && !isKeyed(state, sender.device))
    return refuse({ code: 'not_in_keys' });
  const action = forbiddenIn(state, command, change, actor);
  if (action) return refuse({ code: 'forbidden', action });
  const members = membersAfter(state, change);
  if (change.addDevices.some(({ account }) => !members.has(account)))
    return invalid('device_of_no_member');
  if (leavesNoOwner(state, change)) return refuse({ code: 'last_owner' });
  const behind = change.mode === 'member' ? leftBehind(state, change) : [];
  if (behind.some((device) => state.owed.has(device))) return refuse(rekeyNeeded(state, head));
  if (behind.length > 0) return invalid('devices_left_behind');
  const hindrance = hindered(state, command, change, facts);
  if (hindrance) return refuse(hindrance);
  const generation = change.mode === 'found' ? state.generation + 1 : state.generation;
  return ok(draftOf(command, facts, { generation, epoch: state.epoch + 1 }));
}
