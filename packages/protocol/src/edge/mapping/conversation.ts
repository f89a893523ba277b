import {
  type AccountCursor,
  type ConversationState,
  currentMembers,
  type Head,
  keyedDevices,
  roleOf,
} from '@sealpost/domain';
import type { WireAccountCursor, WireConversation } from '../../index.ts';

export function wireConversation(
  state: ConversationState,
  head: Head,
  incarnation: number,
): WireConversation {
  const members = currentMembers(state).flatMap((account) => {
    const role = roleOf(state, account);
    return role === null ? [] : [{ account, role }];
  });
  return {
    conversation: state.id,
    kind: state.kind,
    suite: state.suite,
    generation: state.generation,
    epoch: state.epoch,
    version: state.version,
    head: head.seq,
    incarnation,
    members,
    devices: keyedDevices(state),
    owed: [...state.owed],
  };
}

export const wireCursor = ({
  account,
  delivered,
  read,
  shown,
}: AccountCursor): WireAccountCursor => ({
  account,
  delivered,
  read,
  shown,
});
