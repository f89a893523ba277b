import type { DeviceRef, EntriesPush, Entry, Part } from '@sealpost/domain';
import { anEntryDraft, anInstant, aConversationId, aPart } from '@sealpost/testing';

/** A message as the log hands it over. */
export const anEntry = (
  seq: number,
  parts: readonly Part[] = [aPart()],
  about: Partial<Entry> = {},
): Entry => ({
  ...anEntryDraft(),
  seq,
  acceptedAt: anInstant,
  loud: seq,
  parts,
  ...about,
});

export function aPush(to: readonly DeviceRef[], entries: readonly Entry[]): EntriesPush {
  const conversation = aConversationId();
  return {
    conversation,
    incarnation: 1,
    entries: entries.map((entry) => ({ ...entry, conversation })),
    to: [...new Set(to.map(({ account }) => account))],
  };
}
