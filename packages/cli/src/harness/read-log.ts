import { type ConversationState, type Entry, fold, type Stores } from '@sealpost/domain';

/** A conversation as the store has it. */
export interface StoredLog {
  readonly state: ConversationState;
  readonly entries: readonly Entry[];
}

const page = { entries: 500, bytes: 8_000_000 };

/** Null: the store has no entry of it. */
export async function readLog(
  { log }: Pick<Stores, 'log'>,
  conversation: string,
): Promise<StoredLog | null> {
  const entries: Entry[] = [];
  for (;;) {
    const read = await log.page(conversation, entries.at(-1)?.seq ?? 0, page);
    if (!read || read.entries.length === 0) break;
    entries.push(...read.entries);
  }
  const state = fold(null, entries);
  return state && { state, entries };
}
