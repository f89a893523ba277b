import { randomUUID } from 'node:crypto';
import type { StoresSubject } from '@sealpost/testing';
import { connectPostgres, type PostgresStores } from '../../src/index.ts';
import type { TestServer } from './test-server.ts';

export interface FreshStores {
  readonly schema: string;
  readonly stores: PostgresStores;
  dispose(): Promise<void>;
}

/** Tables that a migration fills; everything else starts empty. */
const KEPT = ['migrations', 'migrations_lock'];

/** The connections of a schema's stores bear its name, by which a test finds them, whoever else uses the server. */
const named = (url: string, schema: string): string =>
  Object.assign(new URL(url), { search: `?application_name=${schema}` }).href;

/** Gives out migrated, empty schemas. Those that were given back are emptied and used again, which is quicker than migrating. */
export class SchemaShelf {
  readonly #server: TestServer;
  readonly #free: string[] = [];

  constructor(server: TestServer) {
    this.#server = server;
  }

  async open(poolSize = 8): Promise<FreshStores> {
    const schema = this.#free.pop() ?? (await this.#create());
    const stores = connectPostgres({ url: named(this.#server.url, schema), schema, poolSize });
    const dispose = async (): Promise<void> => {
      await stores.stop();
      await this.#empty(schema);
      this.#free.push(schema);
    };
    return { schema, stores, dispose };
  }

  async #create(): Promise<string> {
    const schema = `test_${randomUUID().replaceAll('-', '')}`;
    const stores = connectPostgres({ url: this.#server.url, schema, poolSize: 1 });
    await stores.migrate();
    await stores.stop();
    return schema;
  }

  async #empty(schema: string): Promise<void> {
    const { rows } = await this.#server.admin.query<{ name: string }>(
      'SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 AND NOT tablename = ANY ($2)',
      [schema, KEPT],
    );
    const emptied = rows.map(({ name }) => `DELETE FROM ${schema}.${name};`);
    await this.#server.admin.query(
      `${emptied.join('\n')} INSERT INTO ${schema}.deployment DEFAULT VALUES;
      INSERT INTO ${schema}.foundings DEFAULT VALUES`,
    );
  }
}

/** What the contract suites are run against. */
export const postgresSubject = (server: TestServer): StoresSubject => {
  const shelf = new SchemaShelf(server);
  return { name: 'postgres', open: () => shelf.open() };
};
