import { setTimeout as sleep } from 'node:timers/promises';
import knex from 'knex';
import type { Knex } from 'knex';
import { AdapterFailure } from '@sealpost/domain';
import type { Client } from 'pg';
import { ask, execute } from './ask.ts';
import { DriverFault } from './driver-fault.ts';
import { answerMsOf, connectionSettings, type PostgresOptions } from './options.ts';
import { statement, type Statement, type Value } from './statement.ts';

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

/** How long an answer may take where it takes as long as it takes. */
const UNHURRIED_MS = 24 * 60 * 60_000;
const [BEGIN, COMMIT, ROLLBACK] = [{ text: 'BEGIN' }, { text: 'COMMIT' }, { text: 'ROLLBACK' }];
const NO_STATEMENT_TIMEOUT = statement('no_statement_timeout', 'SET LOCAL statement_timeout = 0');

/**
 * Runs statements on connections that Knex's pool lends. Faults come out as `AdapterFailure`.
 *
 * - A statement or transaction that lost a deadlock or a serialization conflict was rolled back whole, so it is run again.
 * - A connection that failed in any way that Postgres did not answer is closed, never used again.
 */
export class Database implements Queries {
  readonly knex: Knex;
  readonly #pool: ConnectionPool;
  readonly #answerMs: number;
  /** How many calls; no set of them: it goes on from table to table, and one left in old space keeps all that follow it. */
  #underWay = 0;
  #stopped = false;

  constructor(options: PostgresOptions) {
    this.knex = knex(connectionSettings(options));
    this.#pool = this.knex.client as ConnectionPool;
    this.#answerMs = answerMsOf(options);
  }

  async rows<Row>(asked: Statement<Row>, values: readonly Value[]): Promise<Row[]> {
    return this.#call(asked.name, (connection) => run(connection, asked, values, this.#answerMs));
  }

  /** Runs `work` in one transaction, again from its start when it lost a conflict. */
  async transaction<T>(
    operation: string,
    work: (queries: Queries) => Promise<T>,
    answerMs = this.#answerMs,
  ): Promise<T> {
    return this.#call(operation, async (connection) => {
      await guarded(ask(connection, BEGIN, answerMs));
      try {
        const result = await work({
          rows: (asked, values) => run(connection, asked, values, answerMs),
        });
        await guarded(ask(connection, COMMIT, answerMs));
        return result;
      } catch (error) {
        const broken = error instanceof DriverFault && error.brokeConnection;
        if (!broken) await guarded(ask(connection, ROLLBACK, answerMs));
        throw error;
      }
    });
  }

  /** A transaction that may take as long as it takes: what an operator runs over whole tables. */
  async longTransaction<T>(operation: string, work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.transaction(
      operation,
      async (queries) => {
        await queries.rows(NO_STATEMENT_TIMEOUT, []);
        return work(queries);
      },
      UNHURRIED_MS,
    );
  }

  /** Refuses calls from now on, and closes the connections when those under way are done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    while (this.#underWay > 0) await sleep(10);
    await this.knex.destroy();
  }

  async #call<T>(operation: string, work: (connection: Client) => Promise<T>): Promise<T> {
    if (this.#stopped) {
      throw new AdapterFailure({
        adapter: 'postgres',
        operation,
        retryable: false,
        detail: 'stopped',
      });
    }
    this.#underWay += 1;
    try {
      return await this.#attempt(operation, work);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #attempt<T>(operation: string, work: (connection: Client) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#once(work);
      } catch (error) {
        if (!(error instanceof DriverFault)) throw error;
        if (!error.lostConflict || tries === TRIES) throw error.asAdapterFailure(operation);
      }
    }
  }

  async #once<T>(work: (connection: Client) => Promise<T>): Promise<T> {
    const connection = await guarded(this.#pool.acquireConnection());
    try {
      return await work(connection);
    } catch (error) {
      if (error instanceof DriverFault && error.brokeConnection) discard(connection);
      throw error;
    } finally {
      await this.#pool.releaseConnection(connection);
    }
  }
}

/** What the driver rejects with goes no further than here. */
async function guarded<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new DriverFault(error);
  }
}

async function run<Row>(
  connection: Client,
  asked: Statement<Row>,
  values: readonly Value[],
  answerMs: number,
): Promise<Row[]> {
  return guarded(execute(connection, asked, values, answerMs));
}

function discard(connection: Client & { __knex__disposed?: unknown }): void {
  // The pool asks this mark before it lends the connection again.
  connection.__knex__disposed = true;
  // Ending a broken connection may fail; there is nothing left to tell.
  connection.end().catch(() => undefined);
}
