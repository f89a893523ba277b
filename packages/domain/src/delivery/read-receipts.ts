import { currentMembers, roleOf } from '../conversation/conversation.ts';
import type { NotFound } from '../conversation/refusal.ts';
import type { CachedLog } from '../log/cached-log.ts';
import { stateOf } from '../log/loaded-state.ts';
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
    const loaded = await this.#log.load(conversation);
    const state = loaded && stateOf(loaded);
    if (!state || roleOf(state, asker) === null) return refuse({ code: 'not_found' });
    const cursors = await this.#cursors.ofConversation(conversation, currentMembers(state));
    return ok(cursors.map((cursor) => (cursor.account === asker ? cursor : shownOf(cursor))));
  }

  /** Tells the members that are connected here, by itself only in small conversations; others ask. */
  async announce(conversation: ConversationId, account: AccountId): Promise<void> {
    const loaded = await this.#log.load(conversation);
    if (!loaded) return;
    const members = currentMembers(stateOf(loaded));
    if (members.length > this.#limits.receiptMembers) return;
    const to = members.filter((member) => this.#connections.has(member));
    if (to.length === 0) return;
    const [cursor] = await this.#cursors.ofConversation(conversation, [account]);
    if (!cursor) return;
    this.#connections.pushReceipts(
      conversation,
      shownOf(cursor),
      to.filter((member) => member !== account),
    );
    this.#connections.pushReceipts(
      conversation,
      cursor,
      to.filter((member) => member === account),
    );
  }
}

const shownOf = (cursor: AccountCursor): AccountCursor => ({ ...cursor, read: cursor.shown });
