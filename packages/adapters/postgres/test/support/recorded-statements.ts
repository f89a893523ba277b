import type { Database } from '../../src/database.ts';
import type { Statement, Value } from '../../src/statement.ts';

export type Recorded = readonly [statement: Statement<unknown>, values: readonly Value[]];

/** The statements that a call would run, without a transaction's own. They are answered by no rows. */
export async function recordedStatements(
  call: (database: Database) => Promise<unknown>,
): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  const queries = {
    rows: (statement: Statement<unknown>, values: readonly Value[]) => {
      recorded.push([statement, values]);
      return Promise.resolve([]);
    },
  };
  const transaction = (
    _: string,
    work: (inside: typeof queries) => Promise<unknown>,
  ): Promise<unknown> => work(queries);
  // What the recorder answers does not matter, nor whether the call can make anything of it.
  await call({ ...queries, transaction } as unknown as Database).catch(() => undefined);
  return recorded;
}
