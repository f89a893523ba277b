import type { Client, QueryConfig, QueryResult } from 'pg';
import { StatementCall } from './statement-call.ts';
import type { Statement, Value } from './statement.ts';

/**
 * Asks on a connection. Rejects, too, when nothing was answered in time: then the connection is of no use any more.
 *
 * In the place of the driver's promise and of its `query_timeout` (pg 8.23), which both write a function down as the value
 * of a property, `query.callback = (…) => …`. V8 makes such a function in old space at once, where only a major collection
 * frees it, with all that it refers to: every statement's values and rows.
 */
export const ask = (
  connection: Client,
  query: QueryConfig,
  limitMs: number,
): Promise<QueryResult> => answered(limitMs, (done) => connection.query(query, done));

/** Executes a statement, which is prepared when it is asked for on this connection first; otherwise as `ask`. */
export const execute = <Row>(
  connection: Client,
  statement: Statement<Row>,
  values: readonly Value[],
  limitMs: number,
): Promise<Row[]> =>
  answered(limitMs, (done) => connection.query(new StatementCall(statement, values, done)));

const answered = <T>(
  limitMs: number,
  begin: (done: (error: unknown, result: T) => void) => void,
): Promise<T> =>
  new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new NoAnswer()), limitMs);
    begin((error, result) => {
      clearTimeout(limit);
      // Whoever sees it tells faults of PostgreSQL from others.
      if (error) reject(error as Error);
      else resolve(result);
    });
  });

class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly code = 'no_answer';
}
