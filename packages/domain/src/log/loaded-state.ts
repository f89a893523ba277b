import { type ConversationState } from '../conversation/conversation.ts';
import { fold } from '../conversation/evolve.ts';
import { decodeState } from '../conversation/state-codec.ts';
import { assert } from '../shared/assert.ts';
import type { LoadedLog } from './conversation-log.port.ts';

/** Folding is done once per list of changes, however often it is loaded from a cache. */
const folded = new WeakMap<LoadedLog['changes'], ConversationState>();

/** The state that a loaded log adds up to. */
export function stateOf({ snapshot, changes, head }: LoadedLog): ConversationState {
  const known = folded.get(changes);
  if (known) return known;
  const state = fold(snapshot === null ? null : decodeState(snapshot.state), changes);
  assert(
    state !== null && state.version === head.version,
    'a loaded log folds to the version of its head',
  );
  folded.set(changes, state);
  return state;
}
