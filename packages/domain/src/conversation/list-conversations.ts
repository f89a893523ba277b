import type { CachedLog } from '../log/cached-log.ts';
import type { ConversationIndex } from '../log/conversation-index.port.ts';
import type { Head } from '../log/conversation-log.port.ts';
import type { AccountId, ConversationId } from '../shared/ids.ts';
import { roleOf } from './conversation.ts';

export interface ConversationPage {
  readonly conversations: readonly ConversationId[];
  /** To go on after; null after the last page. */
  readonly next: ConversationId | null;
}

/** Tells an account what it is a member of. The index may overstate: each row is held against its log. */
export class ListConversations {
  readonly #index: ConversationIndex;
  readonly #log: CachedLog;

  constructor(index: ConversationIndex, log: CachedLog) {
    this.#index = index;
    this.#log = log;
  }

  /** At most `limit`, which may be fewer before the last page too. */
  async page(
    asker: AccountId,
    { after, limit }: { readonly after: ConversationId | null; readonly limit: number },
  ): Promise<ConversationPage> {
    const rows = await this.#index.conversationsOf(asker, { after, limit, ended: false });
    // What this process remembers may be of before somebody left.
    const heads = await this.#log.heads(rows);
    const isIn = await Promise.all(rows.map((row) => this.#isIn(row, heads.get(row), asker)));
    return {
      conversations: rows.filter((_, at) => isIn[at]),
      next: rows.length === limit ? (rows.at(-1) ?? null) : null,
    };
  }

  async #isIn(
    conversation: ConversationId,
    head: Head | undefined,
    account: AccountId,
  ): Promise<boolean> {
    const known = head && (await this.#log.covering(conversation, head));
    return known ? roleOf(known.state, account) !== null : false;
  }
}
