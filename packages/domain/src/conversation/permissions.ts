import type { ConversationKind, Role } from './conversation.ts';
import type { Action } from './refusal.ts';

const everybody: readonly Role[] = ['owner', 'admin', 'member'];
const leaders: readonly Role[] = ['owner', 'admin'];
const owners: readonly Role[] = ['owner'];
const nobody: readonly Role[] = [];

/**
 * Who may do what. `remove_member` and `set_role` are further bounded by the target's role (`mayActOn`).
 * A direct conversation has no leaders: its two members are equal. A self conversation has one owner and only devices.
 */
const table: Record<ConversationKind, Record<Action, readonly Role[]>> = {
  direct: {
    send: everybody,
    add_member: nobody,
    remove_member: nobody,
    set_role: nobody,
    add_own_device: everybody,
    add_foreign_device: everybody,
    remove_device: nobody,
    reset: everybody,
    leave: nobody,
  },
  group: {
    send: everybody,
    add_member: leaders,
    remove_member: leaders,
    set_role: owners,
    add_own_device: everybody,
    add_foreign_device: everybody,
    remove_device: nobody,
    reset: leaders,
    leave: everybody,
  },
  self: {
    send: owners,
    add_member: nobody,
    remove_member: nobody,
    set_role: nobody,
    add_own_device: owners,
    add_foreign_device: nobody,
    remove_device: nobody,
    reset: owners,
    leave: nobody,
  },
};

export const may = (kind: ConversationKind, role: Role, action: Action): boolean =>
  table[kind][action].includes(role);

const rank: Record<Role, number> = { owner: 2, admin: 1, member: 0 };

/** Owners act on everybody, others only on those of a lower role. */
export const mayActOn = (actor: Role, target: Role): boolean =>
  actor === 'owner' || rank[actor] > rank[target];
