import { type Append, type AppendOutcome, assert, type Bytes } from '@sealpost/domain';
import { appendEntriesArguments } from './append-entries.ts';
import { appendMessageArguments, isOneMessage } from './append-message.ts';
import {
  appendMessagesArguments,
  type BaseRow,
  messageOutcomes,
  type Messages,
  messagesIn,
} from './append-messages.ts';
import type { Queries } from './database.ts';
import { type Statement, statement, type Value } from './statement.ts';

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
const APPEND_MESSAGE = statement<OutcomeRow>(
  'log.append_message',
  `SELECT * FROM append_message(${placeholders(15)})`,
);

/**
 * A flush in which a send came again, or was decided on an older version, is tried in vain: whoever sends again and again
 * on purpose has a fiftieth of the flushes done twice.
 */
const judgedAfter = 50;

/** Appends flushes: a message alone, messages that follow simply, or whatever else there is, each by its own function. */
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
    if (isOneMessage(batch))
      return this.#judged(batch, APPEND_MESSAGE, appendMessageArguments(first));
    if (this.#passedOver > 0) this.#passedOver -= 1;
    else {
      const messages = messagesIn(batch);
      const appended = messages && (await this.#appendMessages(messages));
      if (appended) return appended;
    }
    return this.#judged(batch, APPEND_ENTRIES, appendEntriesArguments(batch));
  }

  /** Null: nothing was appended. */
  async #appendMessages(messages: Messages): Promise<readonly AppendOutcome[] | null> {
    const bases = await this.#database.rows(APPEND_MESSAGES, appendMessagesArguments(messages));
    const outcomes = messageOutcomes(messages, bases);
    if (outcomes === null) this.#passedOver = judgedAfter;
    return outcomes;
  }

  async #judged(
    batch: readonly Append[],
    call: Statement<OutcomeRow>,
    values: readonly Value[],
  ): Promise<readonly AppendOutcome[]> {
    const rows = await this.#database.rows(call, values);
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
