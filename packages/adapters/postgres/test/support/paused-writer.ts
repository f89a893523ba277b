import type { Append } from '@sealpost/domain';
import pg from 'pg';
import { appendEntriesArguments } from '../../src/append-entries.ts';
import type { TestServer } from './test-server.ts';

/** A process that stops in the middle of a flush: its entries have their numbers, and are not committed. */
export class PausedWriter {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async begin(
    server: TestServer,
    schema: string,
    batch: readonly Append[],
  ): Promise<PausedWriter> {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query(`SET search_path = ${schema}; BEGIN`);
    const values = appendEntriesArguments(batch);
    const places = values.map((_, index) => `$${index + 1}`).join(', ');
    const { rows } = await client.query<{ outcome: string }>(
      `SELECT outcome FROM append_entries(${places})`,
      values,
    );
    if (!rows.every(({ outcome }) => outcome === 'appended'))
      throw new Error('the paused writer appends');
    return new PausedWriter(client);
  }

  async end(by: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    await this.#client.query(by);
    await this.#client.end();
  }
}
