import type { AccountCursor, CursorMove, CursorStore } from '@sealpost/domain';
import { aConversationId, aDeviceRef } from '../../builders/ids.ts';

/** Where a device of an account moves, in the first incarnation. */
export const aPlace = (): Pick<
  CursorMove,
  'conversation' | 'account' | 'device' | 'incarnation'
> => ({
  conversation: aConversationId(),
  ...aDeviceRef(),
  incarnation: 1,
});

export type Place = ReturnType<typeof aPlace>;

/** The account's cursor as [delivered, read, shown]. */
export async function accountAt(
  cursors: CursorStore,
  { conversation, account }: Place,
): Promise<number[] | null> {
  const [cursor] = await cursors.ofConversation(conversation, [account]);
  return cursor ? valuesOf(cursor) : null;
}

export const valuesOf = ({ delivered, read, shown }: AccountCursor): number[] => [
  delivered,
  read,
  shown,
];
