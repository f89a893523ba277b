import type { Knex } from 'knex';
import type { Client } from 'pg';
import { ask } from './ask.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, with `?sslmode=…` where it applies. */
  readonly url: string;
  /** The schema that holds all tables, by default `sealpost`; others isolate tests. */
  readonly schema?: string;
  /** Connections at most, by default 10; more than 16 only cost. */
  readonly poolSize?: number;
  /** Milliseconds to wait for a connection, by default 5,000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds that a statement may take, by default 15,000. */
  readonly statementTimeoutMs?: number;
}

const DEFAULTS = {
  schema: 'sealpost',
  poolSize: 10,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 15_000,
};

export const schemaOf = (options: PostgresOptions): string => options.schema ?? DEFAULTS.schema;

/**
 * Settings of every connection.
 *
 * Each statement here looks rows up by key. Its plan is therefore decided here and not by statistics: a plan
 * that was made while a table was empty would otherwise be kept, by a connection, until that table is analyzed.
 * (JIT compilation is switched off with it, since a disabled but only possible plan looks expensive.)
 *
 * Isolation must be `read committed`: the append function reads, after its lock, what the lock's last holder committed.
 */
const SESSION = `
  SELECT set_config('search_path', $1, false);
  SET default_transaction_isolation = 'read committed';
  SET enable_seqscan = off;
  SET enable_bitmapscan = off;
  SET enable_hashjoin = off;
  SET enable_mergejoin = off;
  SET jit = off;
  SET plan_cache_mode = force_generic_plan;
  SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`;

/** How long an answer may take: Postgres ends a statement by itself, and this is for one that does not answer at all. */
export function answerMsOf(options: PostgresOptions): number {
  const { connectTimeoutMs, statementTimeoutMs } = { ...DEFAULTS, ...options };
  return statementTimeoutMs + connectTimeoutMs;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Migrations may take long and read whole tables. */
export function connectionSettings(options: PostgresOptions): Knex.Config {
  const { url, poolSize, connectTimeoutMs, statementTimeoutMs } = { ...DEFAULTS, ...options };
  const session = SESSION.replace('$1', literal(quoted(schemaOf(options))));
  return {
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: 'sealpost',
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: 2 * statementTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    } as Knex.PgConnectionConfig,
    // Longer than connecting may take, so that a caller learns why there is no connection.
    acquireConnectionTimeout: connectTimeoutMs + 500,
    pool: {
      min: 0,
      max: poolSize,
      idleTimeoutMillis: 300_000,
      afterCreate: (connection: Client, done: (error: unknown, connection: Client) => void) => {
        ask(connection, { text: session }, answerMsOf(options)).then(
          () => done(null, connection),
          (error: unknown) => done(error, connection),
        );
      },
    },
    log: silent,
  };
}

/** Knex writes the driver's texts to the console, and those quote rows; every fault is thrown as well. */
const silent = { warn: () => {}, error: () => {}, deprecate: () => {}, debug: () => {} };
