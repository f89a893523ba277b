import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DeviceRef } from '@sealpost/domain';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { columns, copyHeader, copyTrailer, rowsOf, type Stored } from './entry-rows.ts';

const lanes = 2;
/** So old that no server takes it for news: they look at what moved in the last minutes. */
const ageMs = 3_600_000;

/** Stores what would take hours to send: by COPY, as the rows that sending leaves behind. No server may be running on it that knows the conversations. */
export class BulkLoad {
  readonly #url: string;

  constructor(databaseUrl: string) {
    this.#url = databaseUrl;
  }

  /** Appends so many messages to each of these conversations. */
  async append(
    conversations: readonly string[],
    {
      senders,
      messages,
    }: { readonly senders: ReadonlyMap<string, readonly DeviceRef[]>; readonly messages: number },
  ): Promise<void> {
    const accepted = Date.now() - ageMs;
    const heads = await this.#query<{ conversation: string; seq: string }>(
      'SELECT conversation, seq FROM heads WHERE conversation = ANY ($1)',
      [conversations],
    );
    const stored = heads.map(({ conversation, seq }) => ({
      conversation,
      senders: senders.get(conversation) ?? [],
      from: Number(seq) + 1,
      messages,
      at: accepted - messages,
    }));
    await Promise.all(
      Array.from({ length: lanes }, (_, lane) =>
        this.#copy(stored.filter((__, at) => at % lanes === lane)),
      ),
    );
    await this.#query(
      `UPDATE heads SET seq = seq + $2, loud = loud + $2, accepted_at = $3 WHERE conversation = ANY ($1)`,
      [conversations, messages, accepted],
    );
  }

  /** So many conversations of the members, and with the first entry, of one that was founded. */
  async clone(conversation: string, copies: number): Promise<readonly string[]> {
    const ids = Array.from({ length: copies }, () => `direct-${randomBytes(16).toString('hex')}`);
    const all = `loud, generation, epoch, kind, class, sender_account, sender_device, client_id,
      after_client_id, change, blobs, digest, layout, parts, joiner_parts`;
    const accepted = Date.now() - ageMs;
    const from = (table: string): string =>
      `FROM ${table}, unnest($2::text[]) AS copy (id) WHERE conversation = $1`;
    const steps = [
      `INSERT INTO entries (conversation, seq, accepted_at, ${all}) SELECT id, seq, ${accepted}, ${all} ${from('entries')} AND seq = 1`,
      `INSERT INTO changes (conversation, seq) SELECT id, seq ${from('changes')} AND seq = 1`,
      `INSERT INTO memberships (account, conversation, basis, until) SELECT account, id, basis, until ${from('memberships')}`,
      `INSERT INTO heads (conversation, seq, loud, accepted_at, version) SELECT id, 1, 0, ${accepted}, 1 ${from('heads')}`,
    ];
    for (const step of steps) await this.#query(step, [conversation, ids]);
    return ids;
  }

  /** Makes all of these devices' accounts members of all of these conversations, who have got to the first entry. */
  async join(devices: readonly DeviceRef[], conversations: readonly string[]): Promise<void> {
    const all = [devices.map(({ account }) => account), devices.map(({ device }) => device)];
    const everybody = `FROM unnest($1::text[], $2::text[]) AS one (account, device), unnest($3::text[]) AS conversation`;
    await this.#query(
      `WITH member AS (SELECT * ${everybody}), cursor AS (
        INSERT INTO device_cursors (conversation, account, device, incarnation, delivered)
        SELECT conversation, account, device, 1, 1 FROM member ON CONFLICT DO NOTHING
      )
      INSERT INTO memberships (account, conversation, basis, until)
      SELECT account, conversation, 1, NULL FROM member ON CONFLICT DO NOTHING`,
      [...all, conversations],
    );
  }

  /** Leaves no work behind that would be done while something is measured. */
  async settle(): Promise<void> {
    await this.#query('VACUUM ANALYZE', []);
    await this.#query('CHECKPOINT', []);
  }

  async #copy(stored: readonly Stored[]): Promise<void> {
    await this.#connected(async (client) => {
      const target = client.query(
        copyFrom(`COPY entries (${columns.join(', ')}) FROM STDIN (FORMAT binary)`),
      );
      await pipeline(Readable.from(binaryRows(stored)), target);
    });
  }

  #query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.#connected(async (client) => (await client.query<Row>(text, [...values])).rows);
  }

  async #connected<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({
      connectionString: this.#url,
      options: '-c search_path=sealpost',
    });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}

function* binaryRows(stored: readonly Stored[]): Iterable<Buffer> {
  yield copyHeader;
  for (const one of stored) yield* rowsOf(one);
  yield copyTrailer;
}
