import type { Client, QueryConfig, QueryResult } from 'pg';

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
): Promise<QueryResult> =>
  new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new NoAnswer()), limitMs);
    connection.query(query, (error: Error | null, result) => {
      clearTimeout(limit);
      if (error) reject(error);
      else resolve(result);
    });
  });

class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly code = 'no_answer';
}
