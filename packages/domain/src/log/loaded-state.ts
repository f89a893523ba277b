import type { ConversationState } from '../conversation/conversation.ts';
import { fold } from '../conversation/evolve.ts';
import { decodeState } from '../conversation/state-codec.ts';
import { assert } from '../shared/assert.ts';
import type { ConversationId, Seq } from '../shared/ids.ts';
import type { ConversationLog, Head } from './conversation-log.port.ts';

/** What a conversation's log adds up to. `head` may be behind as soon as it is known; `state` is whole up to its version. */
export interface KnownLog {
  readonly state: ConversationState;
  readonly head: Head;
  /** How many changes had to be folded because no stored state covers them. */
  readonly folded: number;
}

const pageLimit = { entries: 500, bytes: 4 * 1024 * 1024 };

/** Null when the conversation has no entry. */
export async function loadState(
  log: ConversationLog,
  conversation: ConversationId,
): Promise<KnownLog | null> {
  const loaded = await log.load(conversation);
  if (!loaded) return null;
  const { snapshot, changes, head } = loaded;
  const from = snapshot && decodeState(snapshot.state);
  if (snapshot && !from) return foldedAnew(log, conversation);
  const state = fold(from, changes);
  assert(state?.version === head.version, 'a loaded log folds to the version of its head');
  return { state, head, folded: changes.length };
}

/** For a stored state of another form, as after an upgrade. */
async function foldedAnew(
  log: ConversationLog,
  conversation: ConversationId,
): Promise<KnownLog | null> {
  let state: ConversationState | null = null;
  let after: Seq = 0;
  for (;;) {
    const page = await log.page(conversation, after, pageLimit);
    if (!page) return null;
    state = fold(state, page.entries);
    after = page.entries.at(-1)?.seq ?? page.head.seq;
    if (after < page.head.seq) continue;
    assert(state?.version === page.head.version, 'a whole log folds to the version of its head');
    return { state, head: page.head, folded: Infinity };
  }
}
