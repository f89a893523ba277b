import type { EntryDraft } from '../log/entry.ts';
import { type Result } from '../shared/result.ts';
import type { Command, Facts } from './command.ts';
import type { ConversationState } from './conversation.ts';
import { decideCommit } from './decide-commit.ts';
import { decideCreated } from './decide-created.ts';
import { decideMessage } from './decide-message.ts';
import { decideRoster } from './decide-roster.ts';
import type { RuleRefusal } from './refusal.ts';

/**
 * What becomes of a command on a state: exactly one entry, or a refusal that says what heals it. Pure, and the only
 * place where the rules of conversations stand. `head` is where the log stands, for refusals to tell.
 */
export function decide(
  state: ConversationState | null,
  head: number,
  command: Command,
  facts: Facts,
): Result<EntryDraft, RuleRefusal> {
  if (command.kind === 'created') return decideCreated(state, command, facts);
  if (state === null) return { ok: false, error: { code: 'not_found' } };
  switch (command.kind) {
    case 'message':
      return decideMessage(state, head, command, facts);
    case 'roster':
      return decideRoster(state, command, facts);
    case 'commit':
      return decideCommit(state, head, command, facts);
  }
}
