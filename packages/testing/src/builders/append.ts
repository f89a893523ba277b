import {
  emptyChange,
  type Append,
  type Change,
  type ConversationId,
  type Cut,
  type EntryDraft,
  type Part,
  type Seq,
} from '@sealpost/domain';
import { bytesOf, sha256Of } from './bytes.ts';
import { aClientId, aConversationId, aDeviceRef, anInstant } from './ids.ts';

export const aPart = (text = 'ciphertext'): Part => ({ audience: 'all', bytes: bytesOf(text) });

/** A loud message; name what the test is about. */
export function anEntryDraft(about: Partial<EntryDraft> = {}): EntryDraft {
  const clientId = about.clientId ?? aClientId();
  return {
    conversation: aConversationId(),
    kind: 'message',
    class: 'loud',
    generation: 1,
    epoch: 1,
    sender: aDeviceRef(),
    clientId,
    after: null,
    change: null,
    blobs: [],
    digest: sha256Of(clientId),
    ...about,
  };
}

type Rest = Partial<Omit<Append, 'draft'>>;
const anAppend = (draft: EntryDraft, rest: Rest): Append => ({
  draft,
  parts: [aPart()],
  basis: 0,
  now: anInstant,
  supersedes: null,
  ...rest,
});

/** The first entry of a conversation. */
export function aFoundingAppend(about: Partial<EntryDraft> = {}, rest: Rest = {}): Append {
  const draft = anEntryDraft({ kind: 'created', class: 'quiet', ...about });
  const change: Change = {
    ...emptyChange,
    mode: 'found',
    founding: { kind: 'group', suite: 'plain-1' },
    addMembers: [{ account: draft.sender.account, role: 'owner' }],
    addDevices: [draft.sender],
  };
  return anAppend({ ...draft, change: about.change ?? change }, rest);
}

/** A message decided on version `basis`. */
export const aMessageAppend = (
  basis: Seq,
  about: Partial<EntryDraft> = {},
  rest: Rest = {},
): Append => anAppend(anEntryDraft(about), { basis, ...rest });

/** A commit decided on version `basis`. */
export const aCommitAppend = (
  basis: Seq,
  about: Partial<EntryDraft> = {},
  rest: Rest = {},
): Append =>
  anAppend(
    anEntryDraft({
      kind: 'commit',
      class: 'quiet',
      change: { ...emptyChange, mode: 'member' },
      ...about,
    }),
    { basis, ...rest },
  );

/** An entry that changes the roster and no keys, decided on version `basis`. */
export const aRosterAppend = (
  basis: Seq,
  about: Partial<EntryDraft> = {},
  rest: Rest = {},
): Append =>
  anAppend(anEntryDraft({ kind: 'roster', class: 'quiet', change: emptyChange, ...about }), {
    basis,
    ...rest,
  });

/** A cut with some state at `version` that keeps one entry. */
export const aCut = (conversation: ConversationId, floor: Seq, version: Seq, keep: Seq): Cut => ({
  conversation,
  floor,
  version,
  state: `state at ${version}`,
  keep,
});
