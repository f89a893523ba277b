import { temporaryPostgres, type TemporaryPostgres } from '@sealpost/adapter-embedded-postgres';
import pg from 'pg';
import { afterAll, beforeAll, vi } from 'vitest';

const limitMs = 60_000;

/** A real Postgres for the tests of one file; started before them, stopped after them. */
export class TestServer {
  #server: TemporaryPostgres | undefined;
  #admin: pg.Client | undefined;

  static forThisFile(): TestServer {
    const server = new TestServer();
    vi.setConfig({ testTimeout: limitMs, hookTimeout: limitMs });
    beforeAll(() => server.#start());
    afterAll(() => server.#stop());
    return server;
  }

  get url(): string {
    if (!this.#server) throw new Error('the server runs only while tests do');
    return this.#server.url;
  }

  /** A connection of the test's own, beside those of the adapter. */
  get admin(): pg.Client {
    if (!this.#admin) throw new Error('the server runs only while tests do');
    return this.#admin;
  }

  /** Asks on a connection of its own, whatever the test's own is doing. */
  async rows<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  }

  async #start(): Promise<void> {
    this.#server = await temporaryPostgres();
    this.#admin = new pg.Client({ connectionString: this.#server.url });
    await this.#admin.connect();
  }

  async #stop(): Promise<void> {
    await this.#admin?.end();
    await this.#server?.stop();
  }
}
