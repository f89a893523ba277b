import { type EntryDraft, sizeOf } from '../log/entry.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import { reaches } from './audience.ts';
import { type Command, draftOf, type Facts } from './command.ts';
import { type ConversationState, isKeyed, roleOf } from './conversation.ts';
import { may } from './permissions.ts';
import type { RekeyNeeded, RuleRefusal, StaleEpoch } from './refusal.ts';

export const staleEpoch = (state: ConversationState, head: number): StaleEpoch => ({
  code: 'stale_epoch',
  generation: state.generation,
  epoch: state.epoch,
  head,
});

export const rekeyNeeded = (state: ConversationState, head: number): RekeyNeeded => ({
  code: 'rekey_needed',
  owed: [...state.owed].map((device) => ({
    account: state.devices.get(device)?.account ?? '',
    device,
  })),
  generation: state.generation,
  epoch: state.epoch,
  head,
});

/** A message is made for the keys in force, and those are the roster's: nothing is owed. */
export function decideMessage(
  state: ConversationState,
  head: number,
  command: Command,
  facts: Facts,
): Result<EntryDraft, RuleRefusal> {
  const { sender, parts } = command;
  const role = roleOf(state, sender.account);
  if (role === null) return refuse({ code: 'not_found' });
  if (command.change !== null) return refuse({ code: 'invalid_change', reason: 'mode' });
  if (!may(state.kind, role, 'send')) return refuse({ code: 'forbidden', action: 'send' });
  if (state.kind === 'direct' && facts.refusing.length > 0)
    return refuse({ code: 'not_accepting', accounts: facts.refusing });
  const actualBytes = sizeOf(parts);
  const limitBytes = facts.limits.messageBytes;
  if (actualBytes > limitBytes) return refuse({ code: 'too_large', limitBytes, actualBytes });
  if (!isKeyed(state, sender.device)) return refuse({ code: 'not_in_keys' });
  if (command.generation !== state.generation || command.epoch !== state.epoch)
    return refuse(staleEpoch(state, head));
  if (state.owed.size > 0) return refuse(rekeyNeeded(state, head));
  if (!reaches(parts, 'message', (device) => isKeyed(state, device)))
    return refuse({ code: 'invalid_change', reason: 'audience' });
  return ok(draftOf(command, facts, state));
}
