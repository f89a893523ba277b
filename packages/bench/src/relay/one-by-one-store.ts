import type pg from 'pg';
import type { Message, MessageStore } from './message-store.ts';

/** Numbers and stores one message in one transaction. */
export const appendOne = {
  name: 'append-one',
  text: `
    WITH numbered AS (
      UPDATE conversation SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq
    )
    INSERT INTO message (conversation, seq, sender, body)
    SELECT $1, last_seq, $2, $3 FROM numbered RETURNING seq`,
};

/** What a straightforward server does: a transaction per message, as many at once as there are connections. */
export class OneByOneStore implements MessageStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  put({ conversation, sender, body }: Message, stored: (seq: number) => void): void {
    void this.#pool
      .query<{ seq: string }>({ ...appendOne, values: [conversation, sender, body] })
      .then(({ rows: [row] }) => stored(Number(row?.seq)));
  }
}
