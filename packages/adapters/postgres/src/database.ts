import knex from 'knex';
import type { Knex } from 'knex';
import type { Client } from 'pg';
import { connectionSettings, type PostgresOptions } from './options.ts';
import { mayTryAgain, mustDiscard, toAdapterFailure } from './postgres-fault.ts';
import { resultTypes } from './result-types.ts';
import type { Statement, Value } from './statement.ts';

/** What runs statements: the database itself, or one transaction. */
export interface Queries {
  rows<Row>(statement: Statement<Row>, values: readonly Value[]): Promise<Row[]>;
}

/** The part of Knex's client that lends connections; Knex leaves it untyped. */
interface ConnectionPool {
  acquireConnection(): Promise<Client>;
  releaseConnection(connection: Client): Promise<void>;
}

const TRIES = 5;

/**
 * Runs statements on connections that Knex's pool lends. Faults come out as `AdapterFailure`.
 *
 * - A statement or transaction that lost a deadlock or a serialization conflict was rolled back whole, so it is run again.
 * - A connection that failed in any way that Postgres did not answer is closed, never used again.
 */
export class Database implements Queries {
  readonly knex: Knex;
  private readonly pool: ConnectionPool;

  constructor(options: PostgresOptions) {
    this.knex = knex(connectionSettings(options));
    this.pool = this.knex.client as ConnectionPool;
  }

  async rows<Row>(statement: Statement<Row>, values: readonly Value[]): Promise<Row[]> {
    return this.attempt(statement.name, (connection) => run(connection, statement, values));
  }

  /** Runs `work` in one transaction, again from its start when it lost a conflict. */
  async transaction<T>(operation: string, work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.attempt(operation, async (connection) => {
      await connection.query('BEGIN');
      try {
        const result = await work({
          rows: (statement, values) => run(connection, statement, values),
        });
        await connection.query('COMMIT');
        return result;
      } catch (error) {
        if (!mustDiscard(error)) await connection.query('ROLLBACK');
        throw error;
      }
    });
  }

  async stop(): Promise<void> {
    await this.knex.destroy();
  }

  private async attempt<T>(
    operation: string,
    work: (connection: Client) => Promise<T>,
  ): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.once(work);
      } catch (error) {
        if (tries === TRIES || !mayTryAgain(error)) throw toAdapterFailure(operation, error);
      }
    }
  }

  private async once<T>(work: (connection: Client) => Promise<T>): Promise<T> {
    const connection = await this.pool.acquireConnection();
    try {
      return await work(connection);
    } catch (error) {
      if (mustDiscard(error)) discard(connection);
      throw error;
    } finally {
      await this.pool.releaseConnection(connection);
    }
  }
}

async function run<Row>(
  connection: Client,
  statement: Statement<Row>,
  values: readonly Value[],
): Promise<Row[]> {
  const query = {
    name: statement.name,
    text: statement.text,
    values: [...values],
    types: resultTypes,
    queryMode: 'extended',
  };
  return (await connection.query(query)).rows as Row[];
}

function discard(connection: Client & { __knex__disposed?: unknown }): void {
  // The pool asks this mark before it lends the connection again.
  connection.__knex__disposed = true;
  connection.end().catch(() => undefined);
}
