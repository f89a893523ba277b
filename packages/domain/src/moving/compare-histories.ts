import type { ConversationId, Seq } from '../shared/ids.ts';
import type { ConversationLog } from '../log/conversation-log.port.ts';
import { isSameButForJoiners } from '../log/same-entry.ts';

/** What a comparison of two stores that a history is, or was, moved between has found. */
export interface ComparedHistories {
  /** Conversations that both have. */
  readonly conversations: number;
  /** Entries that were compared: those that both still keep. */
  readonly entries: number;
  /** Conversations whose entries differ, or of which both take entries. */
  readonly differing: number;
}

export const nothingCompared: ComparedHistories = { conversations: 0, entries: 0, differing: 0 };

const conversationsAtOnce = 200;
const pageLimit = { entries: 200, bytes: 1 << 20 };
const everything = { entries: pageLimit.entries, bytes: Number.MAX_SAFE_INTEGER };

/**
 * Holds the copies of a history against each other, entry by entry, also while they are used: of one the newer entries
 * are not compared, since the other took none any more, nor what either has cut or dropped.
 */
export class CompareHistories {
  readonly #here: ConversationLog;
  readonly #there: ConversationLog;

  constructor(here: ConversationLog, there: ConversationLog) {
    this.#here = here;
    this.#there = there;
  }

  /** Compares some conversations, from the one that follows `after` on; `next` null: there are no more. */
  async step(
    after: ConversationId | null,
  ): Promise<{ readonly found: ComparedHistories; readonly next: ConversationId | null }> {
    const page = { after, limit: conversationsAtOnce };
    const listed = await this.#here.conversations(page);
    let found = nothingCompared;
    for (const conversation of listed) {
      const one = await this.#compared(conversation);
      if (one === null) continue;
      found = {
        conversations: found.conversations + 1,
        entries: found.entries + one.entries,
        differing: found.differing + (one.isSame ? 0 : 1),
      };
    }
    return { found, next: listed.length < conversationsAtOnce ? null : (listed.at(-1) ?? null) };
  }

  async #compared(
    conversation: ConversationId,
  ): Promise<{ readonly entries: number; readonly isSame: boolean } | null> {
    const [here, there] = [this.#here, this.#there];
    const tenures = [await here.tenure(conversation), await there.tenure(conversation)];
    if (tenures.includes(null)) return null;
    const isOpenTwice = tenures.every((tenure) => tenure?.state === 'open');
    let entries = 0;
    for (let after: Seq = 0; ;) {
      const one = await here.page(conversation, after, pageLimit);
      const other = await there.page(conversation, after, everything);
      const floor = Math.max(one?.head.floor ?? 0, other?.head.floor ?? 0);
      if (floor > after) {
        after = floor;
        continue;
      }
      const both = Math.min(one?.entries.length ?? 0, other?.entries.length ?? 0);
      for (let index = 0; index < both; index++) {
        const [a, b] = [one?.entries[index], other?.entries[index]];
        if (!a || !b || !isSameButForJoiners(a, b)) return { entries, isSame: false };
        entries += 1;
      }
      if (both === 0) return { entries, isSame: !isOpenTwice };
      after += both;
    }
  }
}
