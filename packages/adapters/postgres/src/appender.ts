import {
  AdapterFailure,
  type Append,
  type AppendOutcome,
  assert,
  type Bytes,
} from '@sealpost/domain';
import { appendEntriesArguments } from './append-entries.ts';
import { APPEND_MESSAGE, appendMessageArguments, isOneMessage } from './append-message.ts';
import {
  appendMessagesArguments,
  type BaseRow,
  messageOutcomes,
  type Messages,
  messagesIn,
} from './append-messages.ts';
import type { Queries } from './database.ts';
import { SENT_AGAIN } from './migrations/0024-sent-again.ts';
import { statement } from './statement.ts';

interface OutcomeRow {
  readonly outcome: AppendOutcome['code'];
  readonly entry_seq: number;
  readonly entry_at: number;
  readonly entry_loud: number;
  readonly entry_digest: Bytes;
}

const placeholders = (count: number): string =>
  Array.from({ length: count }, (_, index) => `$${index + 1}`).join(', ');

const APPEND_ENTRIES = statement<OutcomeRow>(
  'log.append_entries',
  `SELECT * FROM append_entries(${placeholders(24)})`,
);
const APPEND_MESSAGES = statement<BaseRow>(
  'log.append_messages',
  `SELECT * FROM append_messages(${placeholders(23)})`,
);

/**
 * A flush in which a send came again, or was decided on an older version, is tried in vain: whoever sends again and again
 * on purpose has a fiftieth of the flushes done twice. A message alone is tried always: in vain it writes nothing.
 */
const judgedAfter = 50;

/** Appends flushes: a message alone, messages that follow simply, or whatever else there is, each by its own statement. */
export class Appender {
  readonly #database: Queries;
  /** For so many flushes messages are not tried together, since they had to be judged lately. */
  #passedOver = 0;

  constructor(database: Queries) {
    this.#database = database;
  }

  async append(batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
    const [first] = batch;
    if (first === undefined) return [];
    if (isOneMessage(batch)) {
      const appended = await this.#appendMessage(first);
      if (appended) return [appended];
    } else if (this.#passedOver > 0) this.#passedOver -= 1;
    else {
      const messages = messagesIn(batch);
      const appended = messages && (await this.#appendMessages(messages));
      if (appended) return appended;
    }
    return this.#judged(batch);
  }

  /** Null: nothing was appended. */
  async #appendMessage(message: Append): Promise<AppendOutcome | null> {
    try {
      const [row] = await this.#database.rows(APPEND_MESSAGE, appendMessageArguments(message));
      return row
        ? { code: 'appended', seq: row.seq, acceptedAt: row.accepted_at, loud: row.loud }
        : null;
    } catch (error) {
      if (error instanceof AdapterFailure && error.detail === SENT_AGAIN.state) return null;
      throw error;
    }
  }

  /** Null: nothing was appended. */
  async #appendMessages(messages: Messages): Promise<readonly AppendOutcome[] | null> {
    const bases = await this.#database.rows(APPEND_MESSAGES, appendMessagesArguments(messages));
    const outcomes = messageOutcomes(messages, bases);
    if (outcomes === null) this.#passedOver = judgedAfter;
    return outcomes;
  }

  async #judged(batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
    const rows = await this.#database.rows(APPEND_ENTRIES, appendEntriesArguments(batch));
    assert(rows.length === batch.length, 'a flush answers each of its items');
    return rows.map(outcomeOf);
  }
}

function outcomeOf(row: OutcomeRow): AppendOutcome {
  const { outcome: code, entry_seq: seq, entry_at: acceptedAt } = row;
  switch (code) {
    case 'appended':
      return { code, seq, acceptedAt, loud: row.entry_loud };
    case 'known':
      return { code, seq, acceptedAt, digest: row.entry_digest };
    case 'stale':
    case 'out_of_turn':
    case 'closed':
      return { code };
  }
}
