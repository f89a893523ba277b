import { setTimeout as pause } from 'node:timers/promises';
import { isSameTenure, type ConversationId, type Seq, type Tenure } from '@sealpost/domain';
import { failed, type Database } from './database.ts';
import { placeDocument, STORE, tenureIn, type LogDocument } from './documents.ts';
import { isDuplicateKey } from './driver-fault.ts';
import type { StoredLog } from './stored-log.ts';

const LOGS_AT_ONCE = 500;
/** How often the next number may be taken by others before it is taken by what closes the log. */
const TRIES = 1_000;

/**
 * Closes and opens logs. A log's document says whether it is open, and appends read that; but a process may sleep between
 * reading and inserting. So a closed log has a document after its newest entry, without content, which takes the number
 * that such a process would use. Opening takes it away again, by the terms: never one of a later closing.
 *
 * A founding makes the log's document before it reads whether the store is open. So whoever closes the store finds those
 * that are under way, and takes their first number.
 */
export class Tenures {
  readonly #database: Database;
  readonly #stored: StoredLog;

  constructor(database: Database, stored: StoredLog) {
    this.#database = database;
    this.#stored = stored;
  }

  /** What a crash left half closed is closed before it is told. */
  async of(conversation: ConversationId | null): Promise<Tenure | null> {
    const log = await this.#stored.places(conversation ?? STORE);
    const isThere = log.tenure !== undefined || conversation === null;
    if (!isThere && (await this.#stored.newest(conversation)) === null) return null;
    const tenure = tenureIn(log);
    if (tenure.state !== 'open' && log.tenure?.blocked === false)
      await this.#block(conversation, tenure.term);
    return tenure;
  }

  async change(conversation: ConversationId | null, from: number, to: Tenure): Promise<boolean> {
    const id = conversation ?? STORE;
    if (conversation === null) await this.#stored.found(STORE);
    else if ((await this.of(conversation)) === null) return false;
    const { matchedCount } = await this.#database.call('log.change_tenure', () =>
      this.#database.logs.updateOne(
        { _id: id, ...hasTerm(from) },
        { $set: { tenure: { term: to.term, state: to.state, blocked: false } } },
      ),
    );
    if (matchedCount === 0 && !isSameTenure(tenureIn(await this.#stored.places(id)), to))
      return false;
    if (to.state !== 'open') await this.#block(conversation, to.term);
    else if (conversation !== null) await this.#opened(conversation);
    return true;
  }

  /** Takes away what closed a log under that number, if it has been opened since, or the store when it has no entry. */
  async unblock(conversation: ConversationId, seq: Seq): Promise<void> {
    const log = await this.#stored.places(conversation);
    const { term, state } = tenureIn(
      log.tenure === undefined ? await this.#stored.places(STORE) : log,
    );
    if (state !== 'open' || term === 0) return;
    await this.#database.call('log.unblock', () =>
      this.#database.entries.deleteOne({ conversation, seq, closing: { $lt: term } }),
    );
  }

  async #opened(conversation: ConversationId): Promise<void> {
    const last = await this.#stored.last(conversation);
    if (last?.closing !== undefined) await this.unblock(conversation, last.seq);
  }

  async #block(conversation: ConversationId | null, term: number): Promise<void> {
    if (conversation === null) await this.#blockFoundings(term);
    else await this.#take(conversation, term);
    await this.#database.call('log.blocked', () =>
      this.#database.logs.updateOne(
        { _id: conversation ?? STORE, 'tenure.term': term },
        { $set: { 'tenure.blocked': true } },
      ),
    );
  }

  /** Those are all logs that have neither a first entry nor a floor. */
  async #blockFoundings(term: number): Promise<void> {
    for (let after: ConversationId | null = null; ;) {
      const logs: readonly LogDocument[] = await this.#stored.placesAfter(after, LOGS_AT_ONCE);
      const young = logs.filter(({ floor }) => floor === 0).map(({ _id }) => _id);
      const begun = await this.#begun(young);
      for (const conversation of young)
        if (!begun.has(conversation)) await this.#take(conversation, term);
      after = logs.at(-1)?._id ?? null;
      if (after === null || logs.length < LOGS_AT_ONCE) return;
    }
  }

  async #begun(conversations: readonly ConversationId[]): Promise<ReadonlySet<ConversationId>> {
    if (conversations.length === 0) return new Set();
    const { entries, limitMs } = this.#database;
    const found = await this.#database.call('log.begun', () =>
      entries
        .find(
          { conversation: { $in: [...conversations] }, seq: 1 },
          { projection: { _id: 0, conversation: 1, closing: 1 }, maxTimeMS: limitMs },
        )
        .toArray(),
    );
    const entered = found.filter(({ closing }) => closing === undefined);
    return new Set(entered.map(({ conversation }) => conversation));
  }

  /** Takes the number after the newest entry, or raises the term of what has taken it. */
  async #take(conversation: ConversationId, term: number): Promise<void> {
    const { entries } = this.#database;
    for (let tries = 0; tries < TRIES; tries++) {
      const last = await this.#stored.last(conversation);
      if (last?.closing !== undefined) {
        if (last.closing >= term) return;
        const { seq, closing } = last;
        const { matchedCount } = await this.#database.call('log.block_again', () =>
          entries.updateOne({ conversation, seq, closing }, { $set: { closing: term } }),
        );
        if (matchedCount > 0) return;
        continue;
      }
      const place = last ?? { seq: 0, version: 0, loud: 0, acceptedAt: 0 };
      const standing = { ...place, seq: place.seq + 1, closing: term };
      const isTaken = await this.#database.call('log.block', async () => {
        try {
          await entries.insertOne(placeDocument(conversation, standing));
          return true;
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
          return false;
        }
      });
      if (isTaken) return;
      await pause(Math.random() * 8);
    }
    throw failed('log.block', 'contended', true);
  }
}

const hasTerm = (term: number) =>
  term === 0
    ? { $or: [{ tenure: { $exists: false } }, { 'tenure.term': 0 }] }
    : { 'tenure.term': term };
