import type { EntryDraft } from '../log/entry.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import { type Command, draftOf, type Facts, sizeOf } from './command.ts';
import type { Change, ConversationKind, ConversationState } from './conversation.ts';
import type { InvalidChangeReason, RuleRefusal } from './refusal.ts';

const invalid = (reason: InvalidChangeReason) =>
  refuse({ code: 'invalid_change', reason } as const);

function membersFit(kind: ConversationKind, change: Change, founder: string): boolean {
  const roles = change.addMembers.map(({ role }) => role);
  if (kind === 'direct') return roles.length === 2 && roles.every((role) => role === 'member');
  const founderOwns = change.addMembers.some(
    ({ account, role }) => account === founder && role === 'owner',
  );
  return founderOwns && (kind === 'group' || roles.length === 1);
}

function invalidFounding({ change, sender }: Command): InvalidChangeReason | null {
  if (!change?.founding || change.mode !== 'found') return 'founding_missing';
  const { addMembers, addDevices } = change;
  const accounts = new Set(addMembers.map(({ account }) => account));
  if (accounts.size !== addMembers.length) return 'repeated';
  if (new Set(addDevices.map(({ device }) => device)).size !== addDevices.length) return 'repeated';
  if (!accounts.has(sender.account) || !membersFit(change.founding.kind, change, sender.account))
    return 'kind_members';
  if (!addDevices.some(({ device }) => device === sender.device)) return 'not_keyed';
  if (addDevices.some(({ account }) => !accounts.has(account))) return 'device_of_no_member';
  const others =
    change.removeMembers.length +
    change.setRoles.length +
    change.removeDevices.length +
    change.revokeDevices.length;
  return others > 0 ? 'mode' : null;
}

/** The first entry carries the first members and the first commit, so that a conversation is there whole or not at all. */
export function decideCreated(
  state: ConversationState | null,
  command: Command,
  facts: Facts,
): Result<EntryDraft, RuleRefusal> {
  const reason = invalidFounding(command);
  if (reason) return invalid(reason);
  const { conversation, change, parts } = command;
  if (facts.requiredId !== null && facts.requiredId !== conversation) return invalid('wrong_id');
  if (facts.refusing.length > 0) return refuse({ code: 'not_accepting', accounts: facts.refusing });
  if (state !== null) return refuse({ code: 'exists', conversation });
  const limit = facts.limits.devicesPerConversation;
  if ((change?.addDevices.length ?? 0) > limit) return refuse({ code: 'too_many_devices', limit });
  if (facts.unusable.length > 0)
    return refuse({ code: 'devices_unusable', devices: facts.unusable });
  const actualBytes = sizeOf(parts);
  if (actualBytes > facts.limits.changeBytes)
    return refuse({ code: 'too_large', limitBytes: facts.limits.changeBytes, actualBytes });
  return ok(draftOf(command, facts, { generation: 1, epoch: 1 }));
}
