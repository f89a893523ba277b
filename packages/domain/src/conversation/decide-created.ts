import { type EntryDraft, sizeOf } from '../log/entry.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import { reaches } from './audience.ts';
import { type Command, draftOf, type Facts } from './command.ts';
import { isReserved } from './conversation-id.ts';
import {
  type Change,
  type ConversationKind,
  type ConversationState,
  isSameDevice,
} from './conversation.ts';
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

function invalidFounding({ change, sender, parts }: Command): InvalidChangeReason | null {
  if (!change?.founding || change.mode !== 'found') return 'founding_missing';
  const { addMembers, addDevices } = change;
  const accounts = new Set(addMembers.map(({ account }) => account));
  const devices = new Set(addDevices.map(({ device }) => device));
  if (accounts.size !== addMembers.length || devices.size !== addDevices.length) return 'repeated';
  const founderIn = accounts.has(sender.account);
  if (!founderIn || !membersFit(change.founding.kind, change, sender.account))
    return 'kind_members';
  if (!addDevices.some((added) => isSameDevice(added, sender))) return 'not_keyed';
  if (addDevices.some(({ account }) => !accounts.has(account))) return 'device_of_no_member';
  const others = [
    ...change.removeMembers,
    ...change.setRoles,
    ...change.removeDevices,
    ...change.revokeDevices,
  ];
  if (others.length > 0) return 'mode';
  return reaches(parts, 'commit', (device) => devices.has(device)) ? null : 'audience';
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
  const idFits =
    facts.requiredId === null ? !isReserved(conversation) : facts.requiredId === conversation;
  if (!idFits) return invalid('wrong_id');
  if (facts.refusing.length > 0) return refuse({ code: 'not_accepting', accounts: facts.refusing });
  if (state !== null) return refuse({ code: 'exists', conversation });
  const { devicesPerConversation: limit, changeBytes: limitBytes } = facts.limits;
  const most = Math.max(change?.addDevices.length ?? 0, change?.addMembers.length ?? 0);
  if (most > limit) return refuse({ code: 'too_many_devices', limit });
  if (facts.unusable.length > 0)
    return refuse({ code: 'devices_unusable', devices: facts.unusable });
  const actualBytes = sizeOf(parts);
  if (actualBytes > limitBytes) return refuse({ code: 'too_large', limitBytes, actualBytes });
  return ok(draftOf(command, facts, { generation: 1, epoch: 1 }));
}
