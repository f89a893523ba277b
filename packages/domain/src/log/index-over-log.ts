import type { AccountId, ConversationId, DeviceId, Seq, Timestamp } from '../shared/ids.ts';
import type {
  Behind,
  ConversationIndex,
  Membership,
  MembershipIndex,
} from './conversation-index.port.ts';
import type { ConversationLog, Head } from './conversation-log.port.ts';

type Reader = {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly incarnation: number;
};
type Position = { readonly activeAt: Timestamp; readonly conversation: ConversationId };

/** Memberships of one step; the heads of as many conversations are asked for at once. */
const step = 500;

/** Newest activity first, equal instants by id. */
const inOrder = (a: Position, b: Position): number =>
  b.activeAt - a.activeAt || (a.conversation < b.conversation ? -1 : 1);

/**
 * An index whose logs are in another store. Nothing is kept twice: what the logs say is asked of the logs, after the
 * memberships, so that nothing is understated. A page costs the heads of all of the account's conversations.
 */
export class IndexOverLog implements ConversationIndex {
  readonly #memberships: MembershipIndex;
  readonly #log: Pick<ConversationLog, 'heads' | 'entry'>;

  constructor(memberships: MembershipIndex, log: Pick<ConversationLog, 'heads' | 'entry'>) {
    this.#memberships = memberships;
    this.#log = log;
  }

  enter: ConversationIndex['enter'] = (conversation, accounts, basis) =>
    this.#memberships.enter(conversation, accounts, basis);
  leave: ConversationIndex['leave'] = (conversation, accounts, until) =>
    this.#memberships.leave(conversation, accounts, until);
  forget: ConversationIndex['forget'] = (conversation, accounts, before) =>
    this.#memberships.forget(conversation, accounts, before);
  conversationsOf: ConversationIndex['conversationsOf'] = (account, page) =>
    this.#memberships.conversationsOf(account, page);
  memberships: ConversationIndex['memberships'] = (device, page) =>
    this.#memberships.memberships(device, page);
  rowsOf: ConversationIndex['rowsOf'] = (conversation, accounts) =>
    this.#memberships.rowsOf(conversation, accounts);
  rows: ConversationIndex['rows'] = (page) => this.#memberships.rows(page);

  async behind(
    who: Reader,
    page: { readonly after: Position | null; readonly limit: number },
  ): Promise<readonly Behind[]> {
    const { after, limit } = page;
    let first: readonly Behind[] = [];
    for (let last: ConversationId | null = null; ;) {
      const listed = await this.#memberships.memberships(who, { after: last, limit: step });
      const found = (await this.#behindOn(who, listed)).filter(
        (row) => after === null || inOrder(after, row) < 0,
      );
      first = [...first, ...found].toSorted(inOrder).slice(0, limit);
      last = listed.at(-1)?.conversation ?? null;
      if (listed.length < step) return first;
    }
  }

  async #behindOn(who: Reader, listed: readonly Membership[]): Promise<readonly Behind[]> {
    const heads = await this.#log.heads(listed.map(({ conversation }) => conversation));
    const rows = await Promise.all(
      listed.map(async ({ conversation, until, cursor }) => {
        const head = heads.get(conversation);
        if (!head) return [];
        const { delivered, incarnation } = cursor ?? { delivered: 0, incarnation: who.incarnation };
        const end = Math.min(until ?? head.seq, head.seq);
        if (delivered >= end && incarnation === who.incarnation) return [];
        const { loud, acceptedAt } = await this.#last(conversation, end, head);
        return [{ conversation, head: end, loud, activeAt: acceptedAt, delivered, incarnation }];
      }),
    );
    return rows.flat();
  }

  /** Of a former member the entry that removed it stands for the head, also when it was cut. */
  async #last(
    conversation: ConversationId,
    end: Seq,
    head: Head,
  ): Promise<Pick<Head, 'loud' | 'acceptedAt'>> {
    if (end === head.seq) return head;
    return (await this.#log.entry(conversation, end)) ?? { loud: 0, acceptedAt: 0 };
  }
}
