import type { EntryDraft } from '../log/entry.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import { type Command, draftOf, type Facts } from './command.ts';
import {
  type Change,
  type ConversationState,
  currentMembers,
  type Role,
  roleOf,
} from './conversation.ts';
import { may } from './permissions.ts';
import type { Action, InvalidChangeReason, RuleRefusal } from './refusal.ts';

const invalid = (reason: InvalidChangeReason) =>
  refuse({ code: 'invalid_change', reason } as const);

function invalidRoster(state: ConversationState, change: Change): InvalidChangeReason | null {
  if (change.mode !== null || change.founding !== null) return 'mode';
  if (change.addMembers.length + change.addDevices.length + change.removeDevices.length > 0)
    return 'keys_in_roster';
  if (change.removeMembers.length + change.setRoles.length + change.revokeDevices.length === 0)
    return 'empty';
  // Named twice, also as leaving and as given a role, one could be a member by role and none by interval.
  const named = [...change.removeMembers, ...change.setRoles.map(({ account }) => account)];
  if (named.some((account) => roleOf(state, account) === null)) return 'not_a_member';
  return new Set(named).size === named.length ? null : 'repeated';
}

/** Whether a group with members would be left without an owner. */
export function leavesNoOwner(state: ConversationState, change: Change): boolean {
  if (state.kind !== 'group') return false;
  const roles = new Map<string, Role | null>(
    currentMembers(state).map((account) => [account, roleOf(state, account)]),
  );
  for (const { account, role } of [...change.addMembers, ...change.setRoles])
    roles.set(account, role);
  for (const account of change.removeMembers) roles.delete(account);
  return roles.size > 0 && ![...roles.values()].includes('owner');
}

function forbiddenIn(
  state: ConversationState,
  command: Command,
  change: Change,
  actor: Role,
): Action | null {
  const self = command.sender.account;
  // Removing others takes their keys away in the same entry, so it is a commit.
  if (change.removeMembers.some((account) => account !== self)) return 'remove_member';
  if (change.removeMembers.length > 0 && !may(state.kind, actor, 'leave')) return 'leave';
  if (change.setRoles.length > 0 && !may(state.kind, actor, 'set_role')) return 'set_role';
  return change.revokeDevices.length > 0 ? 'remove_device' : null;
}

/** A roster entry changes who is a member and what as, without keys: leaving, roles, and what the server owes for revoked devices and deleted accounts. */
export function decideRoster(
  state: ConversationState,
  command: Command,
  facts: Facts,
): Result<EntryDraft, RuleRefusal> {
  const { change, sender, parts } = command;
  const actor = roleOf(state, sender.account);
  if (actor === null) return refuse({ code: 'not_found' });
  if (change === null) return invalid('empty');
  const reason = invalidRoster(state, change);
  if (reason) return invalid(reason);
  if (parts.length > 0) return invalid('keys_in_roster');
  if (!facts.onBehalf) {
    const action = forbiddenIn(state, command, change, actor);
    if (action) return refuse({ code: 'forbidden', action });
  }
  if (leavesNoOwner(state, change)) return refuse({ code: 'last_owner' });
  return ok(draftOf(command, facts, state));
}
