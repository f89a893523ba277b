import type {
  AccountId,
  Behind,
  ConversationId,
  ConversationIndex,
  DeviceId,
  DeviceRef,
  Head,
  IndexRow,
  Membership as ListedMembership,
  RowPlace,
  Seq,
  Timestamp,
} from '@sealpost/domain';
import type { MemoryState, Membership } from './memory-state.ts';
import type { StoredLog } from './stored-log.ts';

type Reader = {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly incarnation: number;
};
type Position = { readonly activeAt: Timestamp; readonly conversation: ConversationId };

/** Newest activity first, equal instants by id. */
const inOrder = (a: Position, b: Position): number =>
  b.activeAt - a.activeAt || (a.conversation < b.conversation ? -1 : 1);

const inRowOrder = (a: RowPlace, b: RowPlace): number =>
  compared(a.account, b.account) || compared(a.conversation, b.conversation);
const compared = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** Of the entry with which a membership ended, else of the head. */
function lastOf(log: StoredLog, until: Seq | null): Pick<Head, 'seq' | 'loud' | 'acceptedAt'> {
  const head = log.head();
  if (until === null || until >= head.seq) return head;
  return log.entry(until) ?? { seq: until, loud: 0, acceptedAt: 0 };
}

export class MemoryConversationIndex implements ConversationIndex {
  readonly #state: MemoryState;
  constructor(state: MemoryState) {
    this.#state = state;
  }

  async enter(
    conversation: ConversationId,
    accounts: readonly AccountId[],
    basis: Seq,
  ): Promise<void> {
    this.#state.ensureOpen('enter');
    for (const account of accounts) {
      const known = this.#state.membershipsOf(account).get(conversation);
      this.#state.remember(account, conversation, {
        basis: Math.max(basis, known?.basis ?? 0),
        until: null,
      });
    }
  }

  async leave(
    conversation: ConversationId,
    accounts: readonly AccountId[],
    until: Seq,
  ): Promise<void> {
    this.#state.ensureOpen('leave');
    for (const account of accounts) {
      const known = this.#state.membershipsOf(account).get(conversation);
      if (!known || known.basis >= until) continue;
      this.#state.remember(account, conversation, {
        ...known,
        until: Math.max(until, known.until ?? 0),
      });
    }
  }

  async forget(
    conversation: ConversationId,
    accounts: readonly AccountId[],
    before: Seq,
  ): Promise<void> {
    this.#state.ensureOpen('forget');
    for (const account of accounts) {
      const rows = this.#state.memberships.get(account);
      if ((rows?.get(conversation)?.basis ?? before) < before) rows?.delete(conversation);
    }
  }

  async conversationsOf(
    account: AccountId,
    page: {
      readonly after: ConversationId | null;
      readonly limit: number;
      readonly ended: boolean;
    },
  ): Promise<readonly ConversationId[]> {
    this.#state.ensureOpen('conversationsOf');
    const wanted = [...this.#state.membershipsOf(account)].filter(
      ([conversation, { until }]) =>
        (until === null || page.ended) && (page.after === null || conversation > page.after),
    );
    const ids = wanted.map(([conversation]) => conversation);
    return ids.toSorted((a, b) => (a < b ? -1 : 1)).slice(0, page.limit);
  }

  async memberships(
    { account, device }: DeviceRef,
    page: { readonly after: ConversationId | null; readonly limit: number },
  ): Promise<readonly ListedMembership[]> {
    const listed = await this.conversationsOf(account, { ...page, ended: true });
    const rows = this.#state.membershipsOf(account);
    return listed.map((conversation) => {
      const cursor = this.#state.cursors.get(conversation)?.get(account)?.devices.get(device);
      const { until } = rows.get(conversation) ?? { until: null };
      return { conversation, until, cursor: cursor ? { ...cursor } : null };
    });
  }

  async rowsOf(
    conversation: ConversationId,
    accounts: readonly AccountId[],
  ): Promise<readonly IndexRow[]> {
    this.#state.ensureOpen('rowsOf');
    return [...new Set(accounts)].flatMap((account) => {
      const row = this.#state.membershipsOf(account).get(conversation);
      return row ? [{ account, conversation, ...row }] : [];
    });
  }

  async rows(page: {
    readonly after: RowPlace | null;
    readonly limit: number;
  }): Promise<readonly IndexRow[]> {
    this.#state.ensureOpen('rows');
    const { after } = page;
    const rows = [...this.#state.memberships].flatMap(([account, ofAccount]) =>
      [...ofAccount].map(([conversation, row]) => ({ account, conversation, ...row })),
    );
    return rows
      .filter((row) => after === null || inRowOrder(after, row) < 0)
      .toSorted(inRowOrder)
      .slice(0, page.limit);
  }

  async behind(
    who: Reader,
    page: { readonly after: Position | null; readonly limit: number },
  ): Promise<readonly Behind[]> {
    this.#state.ensureOpen('behind');
    const { after, limit } = page;
    return [...this.#state.membershipsOf(who.account)]
      .flatMap(([conversation, membership]) => this.#behind(who, conversation, membership))
      .filter((row) => after === null || inOrder(after, row) < 0)
      .toSorted(inOrder)
      .slice(0, limit);
  }

  #behind(who: Reader, conversation: ConversationId, { until }: Membership): Behind[] {
    const log = this.#state.logs.get(conversation);
    if (!log) return [];
    const last = lastOf(log, until);
    const cursor = this.#state.cursors.get(conversation)?.get(who.account)?.devices.get(who.device);
    const { delivered, incarnation } = cursor ?? { delivered: 0, incarnation: who.incarnation };
    if (incarnation === who.incarnation && delivered >= last.seq) return [];
    const { seq: head, loud, acceptedAt: activeAt } = last;
    return [{ conversation, head, loud, activeAt, delivered, incarnation }];
  }
}
