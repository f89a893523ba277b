import type { AccountId } from '../shared/ids.ts';
import {
  type ConversationState,
  currentMembers,
  type Role,
  type RoleOf,
  roleOf,
} from './conversation.ts';

/**
 * Who becomes an owner when `leaving` goes and would leave none: the longest-serving admin, else the longest-serving
 * member. Empty when the group keeps an owner or nobody is left.
 */
export function successor(state: ConversationState, leaving: AccountId): readonly RoleOf[] {
  if (state.kind !== 'group') return [];
  const staying = currentMembers(state).filter((account) => account !== leaving);
  if (staying.some((account) => roleOf(state, account) === 'owner')) return [];
  const since = (account: AccountId): number =>
    state.members.get(account)?.intervals.at(-1)?.from ?? Infinity;
  const longest = (role: Role): AccountId | undefined =>
    staying
      .filter((account) => roleOf(state, account) === role)
      .toSorted((a, b) => since(a) - since(b) || (a < b ? -1 : 1))[0];
  const heir = longest('admin') ?? longest('member');
  return heir === undefined ? [] : [{ account: heir, role: 'owner' }];
}
