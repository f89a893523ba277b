import type { ConversationState } from '../conversation/conversation.ts';
import { fold } from '../conversation/evolve.ts';
import { decodeState } from '../conversation/state-codec.ts';
import { assert } from '../shared/assert.ts';
import type { ConversationId } from '../shared/ids.ts';
import type { ConversationLog, Head, LoadedLog } from './conversation-log.port.ts';

/** What a conversation's log adds up to. `head` may be behind as soon as it is known; `state` is whole up to its version. */
export interface KnownLog {
  readonly state: ConversationState;
  readonly head: Head;
  /** How many changes had to be folded because no stored state covers them. */
  readonly folded: number;
}

/** Null when the conversation has no entry. */
export async function loadState(
  log: ConversationLog,
  conversation: ConversationId,
): Promise<KnownLog | null> {
  const loaded = await log.load(conversation);
  if (!loaded) return null;
  const isOfAnotherForm = loaded.snapshot !== null && !decodeState(loaded.snapshot.state);
  if (!isOfAnotherForm) return folded(loaded);
  const anew = await log.load(conversation, 'floor');
  return anew && { ...folded(anew), folded: Infinity };
}

function folded({ snapshot, changes, head }: LoadedLog): KnownLog {
  const from = snapshot && decodeState(snapshot.state);
  const state = fold(from, changes);
  assert(state?.version === head.version, 'a loaded log folds to the version of its head');
  return { state, head, folded: changes.length };
}
