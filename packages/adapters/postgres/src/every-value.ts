import { AdapterFailure } from '@sealpost/domain';
import pg from 'pg';
import { schemaOf, type PostgresOptions } from './options.ts';

export interface StoredValue {
  readonly table: string;
  readonly column: string;
  /** Bytes as they are stored; anything else in Postgres' text form. */
  readonly value: string | Uint8Array;
}

interface Column {
  readonly table: string;
  readonly column: string;
  readonly bytes: boolean;
}

const rowsAtOnce = 500;
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * Every value of every column of every table in the schema, for audits: whoever searches these has searched all that is
 * stored. Rejects when the schema holds no table, so that an audit that looks in the wrong place finds out.
 */
export async function* everyValue(
  options: Pick<PostgresOptions, 'url' | 'schema'>,
): AsyncGenerator<StoredValue> {
  const schema = schemaOf(options);
  const client = new pg.Client({ connectionString: options.url });
  try {
    await client.connect();
    const tables = await tablesOf(client, schema);
    if (tables.length === 0) throw failure('no_tables');
    for (const columns of tables) yield* valuesOf(client, schema, columns);
  } catch (error) {
    if (error instanceof AdapterFailure) throw error;
    throw failure(error instanceof pg.DatabaseError ? (error.code ?? 'unknown') : 'connection');
  } finally {
    await client.end();
  }
}

const failure = (detail: string): AdapterFailure =>
  new AdapterFailure({ adapter: 'postgres', operation: 'every_value', retryable: false, detail });

async function tablesOf(
  client: pg.Client,
  schema: string,
): Promise<readonly (readonly Column[])[]> {
  const { rows } = await client.query<Column>(
    `SELECT c.table_name AS "table", c.column_name AS "column", c.data_type = 'bytea' AS bytes
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = $1 AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.ordinal_position`,
    [schema],
  );
  return [...Map.groupBy(rows, ({ table }) => table).values()];
}

async function* valuesOf(
  client: pg.Client,
  schema: string,
  columns: readonly Column[],
): AsyncGenerator<StoredValue> {
  const [first] = columns;
  if (!first) return;
  const list = columns
    .map(({ column, bytes }) =>
      bytes ? quoted(column) : `${quoted(column)}::text AS ${quoted(column)}`,
    )
    .join(', ');
  await client.query('BEGIN READ ONLY');
  await client.query(
    `DECLARE every_value NO SCROLL CURSOR FOR SELECT ${list} FROM ${quoted(schema)}.${quoted(first.table)}`,
  );
  for (;;) {
    const { rows } = await client.query<Record<string, string | Buffer | null>>(
      `FETCH ${rowsAtOnce} FROM every_value`,
    );
    for (const row of rows) {
      for (const { table, column } of columns) {
        const value = row[column];
        if (value !== null && value !== undefined) yield { table, column, value };
      }
    }
    if (rows.length < rowsAtOnce) break;
  }
  await client.query('COMMIT');
}
