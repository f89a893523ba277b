import { type ConversationState, currentMembers, roleOf } from '../conversation/conversation.ts';
import type { NotFound } from '../conversation/refusal.ts';
import type { CachedLog } from '../log/cached-log.ts';
import type { AccountId, ConversationId } from '../shared/ids.ts';
import type { Limits } from '../shared/limits.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import type { Connections } from './connections.port.ts';
import type { AccountCursor, CursorStore } from './cursor-store.port.ts';

/** What members are shown of each other's progress: delivered, and of read only what its owner shows. */
export class ReadReceipts {
  readonly #log: CachedLog;
  readonly #cursors: CursorStore;
  readonly #connections: Connections;
  readonly #limits: Limits;

  constructor(log: CachedLog, cursors: CursorStore, connections: Connections, limits: Limits) {
    this.#log = log;
    this.#cursors = cursors;
    this.#connections = connections;
    this.#limits = limits;
  }

  /** For a member that asks; `read` is its own true value and, for others, what they show. */
  async execute(
    conversation: ConversationId,
    asker: AccountId,
  ): Promise<Result<readonly AccountCursor[], NotFound>> {
    const known = await this.#log.newest(conversation);
    if (!known || roleOf(known.state, asker) === null) return refuse({ code: 'not_found' });
    const cursors = await this.#cursors.ofConversation(conversation, currentMembers(known.state));
    return ok(cursors.map((cursor) => (cursor.account === asker ? cursor : shownOf(cursor))));
  }

  /** Tells the members that are connected here, by itself only in small conversations; others ask. */
  async announce(conversation: ConversationId, account: AccountId): Promise<void> {
    const known = await this.#log.state(conversation);
    if (!known || this.#listening(known.state, account).length === 0) return;
    const [cursor] = await this.#cursors.ofConversation(conversation, [account]);
    const newest = await this.#log.newest(conversation);
    if (!cursor || !newest) return;
    const to = this.#listening(newest.state, account);
    const others = to.filter((member) => member !== account);
    if (others.length > 0) this.#connections.pushReceipts(conversation, shownOf(cursor), others);
    if (others.length < to.length) this.#connections.pushReceipts(conversation, cursor, [account]);
  }

  /** The members to whom an account's progress is told here. */
  #listening(state: ConversationState, account: AccountId): readonly AccountId[] {
    const members = currentMembers(state);
    if (roleOf(state, account) === null || members.length > this.#limits.receiptMembers) return [];
    return members.filter((member) => this.#connections.has(member));
  }
}

const shownOf = (cursor: AccountCursor): AccountCursor => ({ ...cursor, read: cursor.shown });
