import type {
  AccountId,
  Behind,
  ConversationId,
  CursorMove,
  Stores,
  Timestamp,
} from '@sealpost/domain';
import { aFoundingAppend, aMessageAppend } from '../../builders/append.ts';
import { aConversationId, aDeviceRef, anInstant, many } from '../../builders/ids.ts';

/** A device as the index is asked about it, in the first incarnation. */
export const aReader = (): { account: AccountId; device: string; incarnation: number } => ({
  ...aDeviceRef(),
  incarnation: 1,
});

/** A conversation of `entries` entries, all but the first loud, that the accounts are members of. */
export async function conversationOf(
  { log, index }: Stores,
  accounts: readonly AccountId[],
  about: {
    readonly entries?: number;
    readonly now?: Timestamp;
    readonly conversation?: ConversationId;
  } = {},
): Promise<ConversationId> {
  const { entries = 3, now = anInstant, conversation = aConversationId() } = about;
  await index.enter(conversation, accounts, 0);
  await log.append([
    aFoundingAppend({ conversation }, { now }),
    ...many(entries - 1, () => aMessageAppend(1, { conversation }, { now })),
  ]);
  return conversation;
}

export const whole = { after: null, limit: 100 };
export const idsOf = (rows: readonly Behind[]): ConversationId[] =>
  rows.map(({ conversation }) => conversation);

export const acknowledge = (stores: Stores, move: CursorMove): Promise<unknown> =>
  stores.cursors.move([move]);
