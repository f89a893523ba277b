import type { Knex } from 'knex';
import { AdapterFailure } from '@sealpost/domain';
import type { Database } from './database.ts';
import { migrations } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';
import { DriverFault } from './driver-fault.ts';
import { statement } from './statement.ts';

const TABLE = 'migrations';
const TAKE_TURN = `SELECT pg_advisory_xact_lock(hashtextextended('sealpost migrations ' || ?, 0))`;

const TABLE_EXISTS = statement<{ readonly present: boolean }>(
  'schema.exists',
  `SELECT to_regclass(quote_ident($1) || '.${TABLE}') IS NOT NULL AS present`,
);
const TAKEN = statement<{ readonly name: string }>(
  'schema.taken',
  `SELECT name::text FROM ${TABLE} ORDER BY id`,
);

/** Steps of the schema that were not taken yet, oldest first. */
export async function pendingMigrations(
  database: Database,
  schema: string,
): Promise<readonly string[]> {
  const [table] = await database.rows(TABLE_EXISTS, [schema]);
  const taken = table?.present === true ? await database.rows(TAKEN, []) : [];
  return namesDue(
    taken.map(({ name }) => name),
    'pending_migrations',
  );
}

/**
 * Takes the steps that are due, up to `last`, in one transaction: all or none, whatever crashes. Processes that start
 * at once take turns by a lock of that transaction, which ends with it; so Knex's own lock, a row that would outlive a
 * crash, is never seen taken.
 */
export async function migrate(
  knex: Knex,
  schema: string,
  last = migrations.at(-1)?.name,
): Promise<void> {
  const steps = migrations.slice(0, migrations.findIndex(({ name }) => name === last) + 1);
  try {
    await knex.transaction(async (transaction) => {
      await transaction.raw('SET LOCAL statement_timeout = 0');
      await transaction.raw(TAKE_TURN, [schema]);
      await transaction.raw('SET LOCAL enable_seqscan = on');
      await transaction.raw('CREATE SCHEMA IF NOT EXISTS ??', [schema]);
      const begun = await transaction.schema.withSchema(schema).hasTable(TABLE);
      if (begun)
        namesDue(await transaction.withSchema(schema).from(TABLE).pluck('name'), 'migrate');
      await transaction.migrate.latest({
        migrationSource: sourceOf(steps),
        schemaName: schema,
        tableName: TABLE,
        disableMigrationsListValidation: true,
      });
    });
  } catch (error) {
    throw error instanceof AdapterFailure
      ? error
      : new DriverFault(error).asAdapterFailure('migrate');
  }
}

/** Rejects a schema that was migrated by a newer release, which this one must not write to. */
function namesDue(taken: readonly string[], operation: string): string[] {
  const known = migrations.map(({ name }) => name);
  if (!taken.every((name) => known.includes(name))) {
    throw new AdapterFailure({
      adapter: 'postgres',
      operation,
      retryable: false,
      detail: 'schema_is_newer',
    });
  }
  return known.filter((name) => !taken.includes(name));
}

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
