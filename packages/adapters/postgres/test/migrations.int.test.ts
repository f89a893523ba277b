import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { AdapterFailure } from '@sealpost/domain';
import { aFoundingAppend } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { Database } from '../src/database.ts';
import { connectPostgres } from '../src/index.ts';
import { migrate } from '../src/migrate.ts';
import { migrations } from '../src/migrations/index.ts';
import { describeSchema } from './support/describe-schema.ts';
import { eventually } from './support/eventually.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const names = migrations.map(({ name }) => name);
const frozen = readdirSync(new URL('schema', import.meta.url));
const aSchema = (): string => `test_${randomUUID().replaceAll('-', '')}`;
const connect = (schema: string) => connectPostgres({ url: server.url, schema, poolSize: 2 });

describe('each step of the schema', () => {
  it('has its reviewed snapshot', () => {
    expect(frozen.toSorted()).toEqual(names.map((name) => `${name}.txt`));
  });

  it.each(names)('leads to what its snapshot says: %s', async (name) => {
    const schema = aSchema();
    const database = new Database({ url: server.url, schema, poolSize: 1 });
    await migrate(database.knex, schema, name);
    await database.stop();
    await expect(await describeSchema(server.admin, schema)).toMatchFileSnapshot(
      `schema/${name}.txt`,
    );
  });
});

describe('migrating', () => {
  it('takes the steps that are due, and nothing when none is', async () => {
    const stores = connect(aSchema());
    expect(await stores.pendingMigrations()).toEqual(names);
    await stores.migrate();
    expect(await stores.pendingMigrations()).toEqual([]);
    const founding = aFoundingAppend();
    await stores.log.append([founding]);
    await stores.migrate();
    expect(await stores.log.load(founding.draft.conversation)).not.toBeNull();
    await stores.stop();
  });

  it('goes on where an older release ended', async () => {
    const schema = aSchema();
    const older = new Database({ url: server.url, schema, poolSize: 1 });
    await migrate(older.knex, schema, names[2]);
    await older.stop();
    const stores = connect(schema);
    expect(await stores.pendingMigrations()).toEqual(names.slice(3));
    await stores.migrate();
    expect(await stores.pendingMigrations()).toEqual([]);
    await stores.stop();
  });

  it('happens once when several processes start at once', async () => {
    const schema = aSchema();
    const processes = Array.from({ length: 6 }, () => connect(schema));
    await Promise.all(processes.map((stores) => stores.migrate()));
    const { rows } = await server.admin.query<{ name: string }>(
      `SELECT name FROM ${schema}.migrations ORDER BY id`,
    );
    expect(rows.map(({ name }) => name)).toEqual(names);
    await Promise.all(processes.map((stores) => stores.stop()));
  });

  it('leaves nothing half done when its process dies, and nothing in the way of the next', async () => {
    const schema = aSchema();
    // Somebody else's table of the same name, not committed yet, lets the migration wait in its middle.
    await server.admin.query(`CREATE SCHEMA ${schema}`);
    await server.admin.query(`BEGIN; CREATE TABLE ${schema}.snapshots ()`);
    const dying = connect(schema);
    const died = dying.migrate().catch((error: unknown) => error);
    const waiting = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%CREATE TABLE heads%'`;
    const [{ pid }] = await eventually(() => server.rows<{ pid: number }>(waiting));
    await server.rows(`SELECT pg_terminate_backend(${pid})`);
    expect(await died).toMatchObject({ name: 'AdapterFailure', retryable: true });
    await server.admin.query('ROLLBACK');
    const next = connect(schema);
    expect(await next.pendingMigrations()).toEqual(names);
    await next.migrate();
    expect(await next.pendingMigrations()).toEqual([]);
    await next.stop();
    await dying.stop();
  });

  it('refuses a schema that a newer release has migrated', async () => {
    const schema = aSchema();
    const stores = connect(schema);
    await stores.migrate();
    await server.admin.query(
      `INSERT INTO ${schema}.migrations (name, batch, migration_time) VALUES ('9999-future', 2, now())`,
    );
    for (const refused of [() => stores.migrate(), () => stores.pendingMigrations()]) {
      const failure: unknown = await refused().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(AdapterFailure);
      expect(failure).toMatchObject({ retryable: false, detail: 'schema_is_newer' });
    }
    await stores.stop();
  });
});
