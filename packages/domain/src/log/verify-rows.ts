import type { Seq } from '../shared/ids.ts';
import { CachedLog } from './cached-log.ts';
import type { IndexRow, MembershipIndex, RowPlace } from './conversation-index.port.ts';
import type { ConversationLog } from './conversation-log.port.ts';
import { type IndexFindings, nothingFound } from './index-findings.ts';

const rowsAtOnce = 500;
/** Conversations of many come up with each of their accounts; the others are not worth remembering. */
const remembered = 200;

/** A row of an account that the log does not know. */
interface Stranger {
  readonly row: IndexRow;
  /** Of the log that was asked; 0: there is none. */
  readonly version: Seq;
}

/**
 * Looks in the logs for everybody whom the conversation index has, while servers run, and forgets those who never became
 * members, as whom a process was about to add when it ended.
 *
 * An entering that was decided on an older version than the log's came to nothing for certain: its entry would be refused.
 * One that was not may be followed by its entry at any moment, however old it is, since it may be tried again. It is only
 * counted; the next change of the conversation makes it certain. Those of a conversation that was never founded stay.
 */
export class VerifyRows {
  readonly #log: CachedLog;
  readonly #index: MembershipIndex;
  readonly #repairs: boolean;

  constructor(log: ConversationLog, index: MembershipIndex, repairs: boolean) {
    this.#log = new CachedLog(log, remembered);
    this.#index = index;
    this.#repairs = repairs;
  }

  /** Compares some rows, from the one that follows `after` on; `next` null: there are no more. */
  async step(
    after: RowPlace | null,
  ): Promise<{ readonly found: IndexFindings; readonly next: RowPlace | null }> {
    const rows = await this.#index.rows({ after, limit: rowsAtOnce });
    const strangers = await this.#strangersIn(rows);
    const certain = strangers.filter(({ row, version }) => row.basis < version);
    if (this.#repairs)
      for (const { row, version } of certain)
        // Who was entered anew meanwhile, on that version or a later one, stays.
        await this.#index.forget(row.conversation, [row.account], version);
    const found = {
      ...nothingFound,
      rows: rows.length,
      pending: strangers.length - certain.length,
      overstated: certain.length,
      repaired: this.#repairs ? certain.length : 0,
    };
    return { found, next: rows.length < rowsAtOnce ? null : (rows.at(-1) ?? null) };
  }

  /** The logs are read after the rows: who was added before that is no stranger. */
  async #strangersIn(rows: readonly IndexRow[]): Promise<readonly Stranger[]> {
    const conversations = new Set(rows.map(({ conversation }) => conversation));
    const heads = await this.#log.heads([...conversations]);
    const strangers: Stranger[] = [];
    for (const row of rows) {
      const head = heads.get(row.conversation);
      const known = head ? await this.#log.covering(row.conversation, head) : null;
      if (known?.state.members.has(row.account)) continue;
      strangers.push({ row, version: known?.state.version ?? 0 });
    }
    return strangers;
  }
}
