import { type EntryDraft, sizeOf } from '../log/entry.ts';
import type { DeviceRef } from '../shared/ids.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import { type Command, draftOf, type Facts } from './command.ts';
import { invalidCommit, keyedAfter, leftBehind, membersAfter } from './commit-shape.ts';
import {
  type Change,
  type ConversationState,
  currentMembers,
  isKeyed,
  isSameDevice,
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

/** What a commit does, as far as the table of permissions knows it. */
function actionsOf(state: ConversationState, sender: DeviceRef, change: Change): Action[] {
  const { mode, addMembers, setRoles, removeMembers, addDevices, removeDevices } = change;
  const gone = new Set(removeMembers);
  const isOwn = ({ account }: DeviceRef): boolean => account === sender.account;
  // A device leaves with its account, because it is owed, or because its own account says so.
  const unasked = removeDevices.some(
    (ref) => !state.owed.has(ref.device) && !gone.has(ref.account) && !isOwn(ref),
  );
  const done: readonly (readonly [boolean, Action])[] = [
    [mode === 'found', 'reset'],
    [addMembers.length > 0, 'add_member'],
    [setRoles.length > 0, 'set_role'],
    [removeMembers.length > 0, 'remove_member'],
    [addDevices.some(isOwn), 'add_own_device'],
    [addDevices.some((ref) => !isOwn(ref)), 'add_foreign_device'],
    [unasked, 'remove_device'],
  ];
  return done.filter(([does]) => does).map(([, action]) => action);
}

function forbiddenIn(
  state: ConversationState,
  sender: DeviceRef,
  change: Change,
  actor: Role,
): Action | null {
  // MLS knows no commit by which a device takes itself out: leaving is a roster entry.
  const leaves =
    change.removeMembers.includes(sender.account) ||
    change.removeDevices.some((removed) => isSameDevice(removed, sender));
  if (leaves) return 'leave';
  const denied = actionsOf(state, sender, change).find((action) => !may(state.kind, actor, action));
  if (denied) return denied;
  if (actor !== 'owner' && change.addMembers.some(({ role }) => role !== 'member'))
    return 'set_role';
  const beyond = change.removeMembers.some(
    (account) => !mayActOn(actor, roleOf(state, account) ?? 'member'),
  );
  return beyond ? 'remove_member' : null;
}

/** Limits, and what other accounts and the recent past have to say. */
function hindered(
  state: ConversationState,
  command: Command,
  change: Change,
  facts: Facts,
): RuleRefusal | null {
  const { devicesPerConversation: limit, changeBytes: limitBytes } = facts.limits;
  const most = Math.max(keyedAfter(state, change), membersAfter(state, change).size);
  // One that is above a limit that was lowered may still shrink.
  const grows = change.addDevices.length + change.addMembers.length > 0;
  if (grows && most > limit) return { code: 'too_many_devices', limit };
  // An owed device is on its way out: it comes back by a commit after the one that took it out, or not at all.
  const owed = change.addDevices.filter(({ device }) => state.owed.has(device));
  const devices = [...facts.unusable, ...owed];
  if (devices.length > 0) return { code: 'devices_unusable', devices };
  if (facts.refusing.length > 0) return { code: 'not_accepting', accounts: facts.refusing };
  const actualBytes = sizeOf(command.parts);
  if (actualBytes > limitBytes) return { code: 'too_large', limitBytes, actualBytes };
  if (onlyOwedRemovals(state.owed, change)) return null;
  const paceMs = waitMs(state.pace, currentMembers(state).length, facts.now);
  const retryAfterMs = Math.max(paceMs, facts.heldMs);
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
  const reason = invalidCommit(state, command, change);
  if (reason) return invalid(reason);
  if (change.mode === 'member' && !isKeyed(state, sender.device))
    return refuse({ code: 'not_in_keys' });
  const action = forbiddenIn(state, sender, change, actor);
  if (action) return refuse({ code: 'forbidden', action });
  if (leavesNoOwner(state, change)) return refuse({ code: 'last_owner' });
  const behind = change.mode === 'member' ? leftBehind(state, change) : [];
  if (behind.some((device) => state.owed.has(device))) return refuse(rekeyNeeded(state, head));
  if (behind.length > 0) return invalid('devices_left_behind');
  const hindrance = hindered(state, command, change, facts);
  if (hindrance) return refuse(hindrance);
  const generation = change.mode === 'found' ? state.generation + 1 : state.generation;
  return ok(draftOf(command, facts, { generation, epoch: state.epoch + 1 }));
}
