import type { Knex } from 'knex';
import { AdapterFailure } from '@sealpost/domain';
import type { Database } from './database.ts';
import { migrations } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';
import { toAdapterFailure } from './postgres-fault.ts';
import { statement } from './statement.ts';

const TABLE = 'migrations';

const TABLE_EXISTS = statement<{ readonly present: boolean }>(
  'schema.exists',
  `SELECT to_regclass(quote_ident($1) || '.${TABLE}') IS NOT NULL AS present`,
);
const TAKEN = statement<{ readonly name: string }>(
  'schema.taken',
  `SELECT name::text FROM ${TABLE} ORDER BY id`,
);

/** Steps of the schema that were not taken yet, oldest first. */
export async function pendingMigrations(database: Database, schema: string): Promise<readonly string[]> {
  const [table] = await database.rows(TABLE_EXISTS, [schema]);
  const taken = table?.present === true ? await database.rows(TAKEN, []) : [];
  const known = new Set(migrations.map(({ name }) => name));
  if (taken.some(({ name }) => !known.has(name))) throw newerSchema('pending_migrations');
  const done = new Set(taken.map(({ name }) => name));
  return migrations.map(({ name }) => name).filter((name) => !done.has(name));
}

/**
 * Takes the steps that are due, up to `last`, in one transaction: all or none, whatever crashes. Processes that start
 * at once take turns by a lock of that transaction, which ends with it; so Knex's own lock, a row that would outlive a
 * crash, is never seen taken.
 */
export async function migrate(knex: Knex, schema: string, last?: string): Promise<void> {
  const due = migrations.slice(0, last === undefined ? undefined : migrations.findIndex(({ name }) => name === last) + 1);
  const config = {
    migrationSource: sourceOf(due),
    schemaName: schema,
    tableName: TABLE,
    disableMigrationsListValidation: last !== undefined,
  };
  try {
    await knex.transaction(async (transaction) => {
      await transaction.raw(`SELECT pg_advisory_xact_lock(hashtextextended('sealpost migrations ' || ?, 0))`, [schema]);
      await transaction.raw('SET LOCAL statement_timeout = 0');
      await transaction.raw('SET LOCAL enable_seqscan = on');
      await transaction.raw('CREATE SCHEMA IF NOT EXISTS ??', [schema]);
      await transaction.migrate.latest(config);
    });
  } catch (error) {
    if (error instanceof Error && error.message.includes('migration directory is corrupt')) throw newerSchema('migrate');
    throw toAdapterFailure('migrate', error);
  }
}

/** The database was migrated by a newer release, which this one must not write to. */
const newerSchema = (operation: string): AdapterFailure =>
  new AdapterFailure({ adapter: 'postgres', operation, retryable: false, detail: 'schema_is_newer' });

const sourceOf = (due: readonly Migration[]): Knex.MigrationSource<Migration> => ({
  getMigrations: () => Promise.resolve([...due]),
  getMigrationName: ({ name }) => name,
  getMigration: ({ up }) =>
    Promise.resolve({
      up: async (transaction: Knex) => {
        await transaction.raw(up.replaceAll('?', String.raw`\?`));
      },
      // Schemas only go forward: going back would lose what was stored since.
      down: () => Promise.reject(new Error('a migration is not taken back')),
    }),
});
