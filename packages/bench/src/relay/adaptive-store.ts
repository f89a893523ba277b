import type pg from 'pg';
import type { Message, MessageStore } from './message-store.ts';
import { appendOne } from './one-by-one-store.ts';

interface Waiting {
  readonly message: Message;
  readonly stored: (seq: number) => void;
}

/**
 * All messages of a batch by one statement: each conversation's row is updated once. Bodies travel as one value with
 * offsets, since an array of values would travel as hexadecimal text.
 */
const appendMany = {
  name: 'append-many',
  text: `
    WITH item AS (
      SELECT * FROM unnest($1::text[], $2::bigint[], $3::int[], $4::int[], $5::int[])
        AS t (conversation, sender, place, start, length)
    ), counted AS (
      SELECT conversation, count(*) AS total FROM item GROUP BY conversation
    ), numbered AS (
      UPDATE conversation SET last_seq = last_seq + total FROM counted
      WHERE id = counted.conversation RETURNING id, last_seq - total AS base
    ), inserted AS (
      INSERT INTO message (conversation, seq, sender, body)
      SELECT id, base + place, sender, substring($6::bytea FROM start FOR length)
      FROM item JOIN numbered ON id = conversation
    )
    SELECT id, base FROM numbered`,
};
const largestBatch = 500;

/**
 * The floor: while one flush is under way the next batch gathers, so batches are as large as the load makes them, and
 * nobody waits on a timer. A message that waits alone takes the plain statement.
 */
export class AdaptiveStore implements MessageStore {
  readonly #pool: pg.Pool;
  #waiting: Waiting[] = [];
  #flushing = false;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  put(message: Message, stored: (seq: number) => void): void {
    this.#waiting.push({ message, stored });
    this.#arm();
  }

  #arm(): void {
    if (this.#flushing || this.#waiting.length === 0) return;
    this.#flushing = true;
    setImmediate(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting.splice(0, largestBatch);
    const [first] = batch;
    if (first && batch.length === 1) await this.#one(first);
    else await this.#many(batch);
    this.#flushing = false;
    this.#arm();
  }

  async #one({ message: { conversation, sender, body }, stored }: Waiting): Promise<void> {
    const values = [conversation, sender, body];
    const { rows } = await this.#pool.query<{ seq: string }>({ ...appendOne, values });
    stored(Number(rows[0]?.seq));
  }

  async #many(batch: readonly Waiting[]): Promise<void> {
    const counts = new Map<string, number>();
    let start = 1;
    const columns = batch.map(({ message: { conversation, sender, body } }) => {
      const place = (counts.get(conversation) ?? 0) + 1;
      counts.set(conversation, place);
      start += body.length;
      return { conversation, sender, place, start: start - body.length, length: body.length };
    });
    const values = [
      columns.map(({ conversation }) => conversation),
      columns.map(({ sender }) => sender),
      columns.map(({ place }) => place),
      columns.map((column) => column.start),
      columns.map(({ length }) => length),
      Buffer.concat(batch.map(({ message }) => message.body)),
    ];
    const { rows } = await this.#pool.query<{ id: string; base: string }>({
      ...appendMany,
      values,
    });
    const bases = new Map(rows.map(({ id, base }) => [id, Number(base)]));
    for (const [at, { stored }] of batch.entries()) {
      const { conversation, place } = columns[at] ?? { conversation: '', place: 0 };
      stored((bases.get(conversation) ?? 0) + place);
    }
  }
}
