import type { AccountId, DeviceId } from '../shared/ids.ts';
import type { Command } from './command.ts';
import {
  type Change,
  type ConversationState,
  emptyChange,
  isKeyed,
  roleOf,
} from './conversation.ts';
import { successor } from './succession.ts';

/** A device was revoked, or with `device` null a whole account deleted. `id` names that, and the entry it leads to. */
export interface Ending {
  readonly id: string;
  readonly account: AccountId;
  readonly device: DeviceId | null;
}

/** Stands for the server as the sender of what it appends for an account; no device can have this id. */
export const serverDevice = 'server';

function changeOf(
  state: ConversationState,
  { account, device }: Ending,
  fences: boolean,
): Change | null {
  if (roleOf(state, account) === null) return null;
  if (device === null)
    return { ...emptyChange, removeMembers: [account], setRoles: successor(state, account) };
  if (state.owed.has(device) || (!isKeyed(state, device) && !fences)) return null;
  return { ...emptyChange, revokeDevices: [{ account, device }] };
}

/**
 * The roster entry by which the conversation learns of the ending; null when there is nothing (left) to learn. With
 * `fences` it learns too of a device that has no keys: one that lets it in may be decided and on its way to the log, is
 * overtaken by this entry, and is decided anew.
 */
export function endingIn(
  state: ConversationState,
  ending: Ending,
  fences: boolean = false,
): Command | null {
  const change = changeOf(state, ending, fences);
  return (
    change && {
      conversation: state.id,
      kind: 'roster',
      class: 'quiet',
      sender: { account: ending.account, device: serverDevice },
      clientId: ending.id,
      after: null,
      generation: state.generation,
      epoch: state.epoch,
      change,
      blobs: [],
      parts: [],
    }
  );
}
