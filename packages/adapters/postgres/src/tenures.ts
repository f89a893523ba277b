import type { ConversationId, Tenure } from '@sealpost/domain';
import type { Queries } from './database.ts';
import { statement } from './statement.ts';

interface TenureRow {
  readonly term: number;
  readonly takes: Tenure['state'];
}

const OF_LOG = statement<TenureRow>(
  'log.tenure',
  'SELECT term, takes FROM heads WHERE conversation = $1 AND seq > 0',
);
const OF_STORE = statement<TenureRow>(
  'log.founding_tenure',
  'SELECT term, takes FROM foundings WHERE only_row',
);

/** Waits for the flushes that hold the row, and keeps the next ones waiting until it is changed. */
const CHANGE_LOG = statement<TenureRow>(
  'log.change_tenure',
  `UPDATE heads SET term = $3, takes = $4
  WHERE conversation = $1 AND seq > 0 AND (term = $2 OR (term = $3 AND takes = $4)) RETURNING term, takes`,
);
const CHANGE_STORE = statement<TenureRow>(
  'log.change_founding_tenure',
  `UPDATE foundings SET term = $2, takes = $3
  WHERE only_row AND (term = $1 OR (term = $2 AND takes = $3)) RETURNING term, takes`,
);

export async function tenureOf(
  queries: Queries,
  conversation: ConversationId | null,
): Promise<Tenure | null> {
  const [row] =
    conversation === null
      ? await queries.rows(OF_STORE, [])
      : await queries.rows(OF_LOG, [conversation]);
  return row ? { term: row.term, state: row.takes } : null;
}

export async function changeTenure(
  queries: Queries,
  conversation: ConversationId | null,
  from: number,
  { term, state }: Tenure,
): Promise<boolean> {
  const rows =
    conversation === null
      ? await queries.rows(CHANGE_STORE, [from, term, state])
      : await queries.rows(CHANGE_LOG, [conversation, from, term, state]);
  return rows.length > 0;
}
