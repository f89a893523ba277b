import type { ConversationState } from '../conversation/conversation.ts';
import type { AccountId, ConversationId, Seq } from '../shared/ids.ts';
import type { IndexRow, MembershipIndex } from './conversation-index.port.ts';
import type { ConversationLog } from './conversation-log.port.ts';
import { addFindings, type IndexFindings, nothingFound } from './index-findings.ts';
import { loadState } from './loaded-state.ts';

/** Conversations of one step, and accounts whose rows are asked for at once. */
const conversationsAtOnce = 200;
const accountsAtOnce = 500;

interface Wrong {
  readonly account: AccountId;
  readonly kind: 'understated' | 'overstated';
  /** The version on which the last entering can have been decided, and the entry that ended the membership. */
  readonly basis: Seq;
  readonly end: Seq | null;
}

/**
 * Looks in the conversation index for everybody whom the logs have as a member, or had, while servers run, and puts right
 * what differs. Repeating it does no harm, and a run that is broken off has only done less. `VerifyRows` looks the other way.
 */
export class VerifyIndex {
  readonly #log: ConversationLog;
  readonly #index: MembershipIndex;
  readonly #repairs: boolean;

  constructor(log: ConversationLog, index: MembershipIndex, repairs: boolean) {
    this.#log = log;
    this.#index = index;
    this.#repairs = repairs;
  }

  /** Compares some conversations, from the one that follows `after` on; `next` null: there are no more. */
  async step(
    after: ConversationId | null,
  ): Promise<{ readonly found: IndexFindings; readonly next: ConversationId | null }> {
    const page = { after, limit: conversationsAtOnce };
    const conversations = await this.#log.conversations(page);
    let found = nothingFound;
    for (const conversation of conversations)
      found = addFindings(found, await this.#verify(conversation));
    const isLast = conversations.length < conversationsAtOnce;
    return { found, next: isLast ? null : (conversations.at(-1) ?? null) };
  }

  async #verify(conversation: ConversationId): Promise<IndexFindings> {
    const known = await loadState(this.#log, conversation);
    if (!known) return nothingFound;
    const first = await this.#wrongIn(known.state);
    // What changed between the two readings looks wrong; the second time, only what was wrong before is.
    const again = first.length === 0 ? null : await loadState(this.#log, conversation);
    const suspects = new Set(first.map(({ account }) => account));
    const second = again ? await this.#wrongIn(again.state) : [];
    const wrong = second.filter(({ account }) => suspects.has(account));
    if (this.#repairs) for (const each of wrong) await this.#repair(conversation, each);
    return {
      ...nothingFound,
      conversations: 1,
      memberships: known.state.members.size,
      understated: wrong.filter(({ kind }) => kind === 'understated').length,
      overstated: wrong.filter(({ kind }) => kind === 'overstated').length,
      repaired: this.#repairs ? wrong.length : 0,
    };
  }

  /** The rows are read after the fold: what it says was in the index before. */
  async #wrongIn(state: ConversationState): Promise<readonly Wrong[]> {
    const accounts = [...state.members.keys()];
    const wrong: Wrong[] = [];
    for (let from = 0; from < accounts.length; from += accountsAtOnce) {
      const some = accounts.slice(from, from + accountsAtOnce);
      const rows = await this.#index.rowsOf(state.id, some);
      const byAccount = new Map(rows.map((row) => [row.account, row]));
      wrong.push(...some.flatMap((account) => compared(state, account, byAccount.get(account))));
    }
    return wrong;
  }

  async #repair(conversation: ConversationId, { account, kind, basis, end }: Wrong): Promise<void> {
    if (kind === 'understated') await this.#index.enter(conversation, [account], basis);
    if (end !== null) await this.#index.leave(conversation, [account], Math.max(end, basis + 1));
  }
}

function compared(
  state: ConversationState,
  account: AccountId,
  row: IndexRow | undefined,
): readonly Wrong[] {
  const last = state.members.get(account)?.intervals.at(-1);
  if (!last) return [];
  const { from, to: end } = last;
  if (!row) return [{ account, kind: 'understated', basis: from - 1, end }];
  if (row.until !== null) {
    const isEarly = end === null || row.until < end;
    return isEarly ? [{ account, kind: 'understated', basis: from - 1, end }] : [];
  }
  // Whoever was entered on this very version may be about to be added by the next entry.
  const isLeftOpen = end !== null && row.basis < state.version;
  return isLeftOpen ? [{ account, kind: 'overstated', basis: row.basis, end }] : [];
}
