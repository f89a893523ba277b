import type { RevokedSessions } from '../account/revoked-sessions.ts';
import { type ConversationState, currentMembers, roleOf } from '../conversation/conversation.ts';
import type { NotFound } from '../conversation/refusal.ts';
import type { CachedLog } from '../log/cached-log.ts';
import type { Head } from '../log/conversation-log.port.ts';
import type { AccountId, ConversationId } from '../shared/ids.ts';
import type { Limits } from '../shared/limits.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import { Rounds } from '../shared/rounds.ts';
import type { Connections } from './connections.port.ts';
import type { AccountCursor, CursorStore, CursorPlace } from './cursor-store.port.ts';

export interface ReadReceiptsPorts {
  readonly log: CachedLog;
  readonly cursors: CursorStore;
  readonly connections: Connections;
  readonly revokedSessions: Pick<RevokedSessions, 'isCurrent' | 'ensureCurrent'>;
  readonly limits: Limits;
  /** What is waited for between two rounds of telling. */
  readonly pause?: () => Promise<void>;
}

/** What members are shown of each other's progress: delivered, and of read only what its owner shows. */
export class ReadReceipts {
  readonly #ports: ReadReceiptsPorts;
  readonly #rounds: Rounds<CursorPlace>;

  constructor(ports: ReadReceiptsPorts) {
    this.#ports = ports;
    this.#rounds = new Rounds({ work: (moved) => this.#tell(moved), pause: ports.pause });
  }

  /** For a member that asks; `read` is its own true value and, for others, what they show. */
  async execute(
    conversation: ConversationId,
    asker: AccountId,
  ): Promise<Result<readonly AccountCursor[], NotFound>> {
    const { cursors: store, log } = this.#ports;
    const known = await log.newest(conversation);
    if (!known || roleOf(known.state, asker) === null) return refuse({ code: 'not_found' });
    const cursors = await store.ofConversation(conversation, currentMembers(known.state));
    return ok(cursors.map((cursor) => (cursor.account === asker ? cursor : shownOf(cursor))));
  }

  /** Tells the members that are connected here, by itself only in small conversations; others ask. */
  async announce(conversation: ConversationId, account: AccountId): Promise<void> {
    const known = await this.#ports.log.state(conversation);
    if (!known || this.#listening(known.state, account).length === 0) return;
    await this.#rounds.submit({ conversation, account });
  }

  async #tell(moved: readonly CursorPlace[]): Promise<readonly PromiseSettledResult<unknown>[]> {
    const { cursors, log, revokedSessions } = this.#ports;
    const found = new Map(
      (await cursors.ofAccounts(moved)).map((cursor) => [keyOf(cursor), cursor]),
    );
    await revokedSessions.ensureCurrent();
    const heads = await log.heads([...new Set(moved.map(({ conversation }) => conversation))]);
    return Promise.allSettled(
      moved.map((place) =>
        this.#push(place, found.get(keyOf(place)), heads.get(place.conversation)),
      ),
    );
  }

  async #push(
    { conversation, account }: CursorPlace,
    found: AccountCursor | undefined,
    head: Head | undefined,
  ): Promise<void> {
    const { connections, log, revokedSessions } = this.#ports;
    const newest = head && (await log.covering(conversation, head));
    // Who is a member and who was revoked (G6) is both of now; whoever is told nothing can ask.
    if (!found || !newest || !revokedSessions.isCurrent()) return;
    const { delivered, read, shown } = found;
    const cursor = { account, delivered, read, shown };
    const to = this.#listening(newest.state, account);
    const others = to.filter((member) => member !== account);
    if (others.length > 0) connections.pushReceipts(conversation, shownOf(cursor), others);
    if (others.length < to.length) connections.pushReceipts(conversation, cursor, [account]);
  }

  /** The members to whom an account's progress is told here. */
  #listening(state: ConversationState, account: AccountId): readonly AccountId[] {
    const members = currentMembers(state);
    const { connections, limits } = this.#ports;
    if (roleOf(state, account) === null || members.length > limits.receiptMembers) return [];
    return members.filter((member) => connections.has(member));
  }
}

const shownOf = (cursor: AccountCursor): AccountCursor => ({ ...cursor, read: cursor.shown });

const keyOf = ({ conversation, account }: CursorPlace): string => `${conversation} ${account}`;
