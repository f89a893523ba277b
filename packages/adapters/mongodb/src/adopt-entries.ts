import {
  hasJoinerParts,
  isSameButForJoiners,
  type Adoption,
  type ConversationId,
  type Entry,
  type Seq,
} from '@sealpost/domain';
import { MongoBulkWriteError } from 'mongodb';
import { empty } from './clear-entries.ts';
import { failed, type Database } from './database.ts';
import {
  entryDocument,
  entryOf,
  isWhole,
  NEW_LOG,
  placeDocument,
  STORE,
  tenureIn,
  type EntryDocument,
  type Standing,
} from './documents.ts';
import { isDuplicateKey } from './driver-fault.ts';
import type { StoredLog } from './stored-log.ts';

const OPERATION = 'log.adopt';

/**
 * Takes over part of another store's log. Nothing is done to a log that is open, so nobody else writes but who does the
 * same; each step can be repeated, and what a crash leaves is completed by doing it again.
 *
 * What has closed the log gives way to the entry of its number in one change, so that number is never free.
 */
export class Adopter {
  readonly #database: Database;
  readonly #stored: StoredLog;

  constructor(database: Database, stored: StoredLog) {
    this.#database = database;
    this.#stored = stored;
  }

  async adopt(adoption: Adoption): Promise<boolean> {
    const { conversation, head, entries } = adoption;
    const log = await this.#stored.places(conversation);
    const newest = await this.#stored.newest(conversation);
    const isNew = log.tenure === undefined && newest === null;
    if (!isNew && tenureIn(log).state === 'open') return false;
    const floor = Math.max(log.floor, head.floor);
    const above = entries.filter(({ seq }) => seq > floor);
    const present = await this.#present(conversation, above);
    const isSame = above.every((entry) => {
      const there = present.get(entry.seq);
      return there === undefined || isSameButForJoiners(there, entry);
    });
    const last = Math.max(newest?.seq ?? 0, floor);
    const news = above.filter(({ seq }) => seq > (newest?.seq ?? 0));
    if (!isSame || news.some(({ seq }, index) => seq !== last + index + 1)) return false;
    if (isNew) await this.#make(conversation);
    if (head.floor > log.floor) await this.#raise(adoption, newest);
    else if (adoption.kept) await this.#dropJoiners(conversation, [adoption.kept]);
    await this.#dropJoiners(conversation, above);
    await this.#insert(adoption, news);
    if (Math.max(last, news.at(-1)?.seq ?? 0) <= head.seq) await this.#noteRestores(adoption);
    return true;
  }

  async #present(
    conversation: ConversationId,
    entries: readonly Entry[],
  ): Promise<ReadonlyMap<Seq, Entry>> {
    const [first, last] = [entries[0], entries.at(-1)];
    if (!first || !last) return new Map();
    const { limitMs } = this.#database;
    const found = await this.#database.call('log.adopt_present', () =>
      this.#database.entries
        .find({ conversation, seq: { $gte: first.seq, $lte: last.seq } }, { maxTimeMS: limitMs })
        .toArray(),
    );
    return new Map(
      found.filter(isWhole).map((document) => [document.seq, entryOf(document, new Set())]),
    );
  }

  async #make(conversation: ConversationId): Promise<void> {
    const { term } = tenureIn(await this.#stored.places(STORE));
    const tenure = { term, state: 'closed' as const, blocked: true };
    await this.#database.call('log.adopt_make', async () => {
      const { logs } = this.#database;
      try {
        await logs.insertOne({ _id: conversation, ...NEW_LOG, tenure });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        // A founding that got no further.
        const filter = { _id: conversation, tenure: { $exists: false } };
        await logs.updateOne(filter, { $set: { tenure } });
      }
    });
  }

  /**
   * A document at the floor is there before anything is taken away, so that there always is a newest one; and the log says
   * how far numbers may be free before they are.
   */
  async #raise(adoption: Adoption, newest: Standing | null): Promise<void> {
    const { conversation, head, state, kept } = adoption;
    const { floor } = head;
    const { entries, logs } = this.#database;
    if (kept) await this.#keep(kept);
    if ((newest?.seq ?? 0) < floor && kept?.seq !== floor) {
      const version = state && state.version <= floor ? state.version : 0;
      const place = { seq: floor, version, loud: 0, acceptedAt: 0 };
      const standing = head.seq === floor ? { ...place, ...standingOf(adoption) } : place;
      await this.#replace(placeDocument(conversation, standing));
    }
    await this.#database.call('log.adopt_floor', () =>
      logs.updateOne(
        { _id: conversation, floor: { $lt: floor } },
        {
          $set: {
            floor,
            floorVersion: state?.version ?? 0,
            floorState: state?.state ?? null,
            keep: kept?.seq ?? 0,
          },
          $max: { cleared: floor },
        },
      ),
    );
    await this.#database.call('log.adopt_cut', () =>
      entries.deleteMany({ conversation, seq: { $lt: floor, $ne: kept?.seq ?? 0 } }),
    );
    if (kept?.seq !== floor) await empty(this.#database, conversation, [floor]);
  }

  async #keep(kept: Entry): Promise<void> {
    const present = await this.#present(kept.conversation, [kept]);
    if (!present.has(kept.seq)) await this.#replace(entryDocument(kept, 0));
    await this.#dropJoiners(kept.conversation, [kept]);
  }

  /** Puts a document in the place of what has its number, if anything. */
  async #replace({ _id: _own, ...document }: EntryDocument): Promise<void> {
    const { conversation, seq } = document;
    await this.#database.call('log.adopt_place', () =>
      this.#database.entries.replaceOne({ conversation, seq }, document, { upsert: true }),
    );
  }

  async #dropJoiners(conversation: ConversationId, entries: readonly Entry[]): Promise<void> {
    const seqs = entries.filter((entry) => !hasJoinerParts(entry)).map(({ seq }) => seq);
    if (seqs.length === 0) return;
    await this.#database.call('log.adopt_drop_joiners', () =>
      this.#database.entries.updateMany(
        { conversation, seq: { $in: seqs } },
        { $unset: { joinerParts: '' } },
      ),
    );
  }

  async #insert(adoption: Adoption, news: readonly Entry[]): Promise<void> {
    const { conversation, head } = adoption;
    if (news.length === 0) return;
    const last = await this.#stored.last(conversation);
    let version = last?.version ?? 0;
    const documents = news.map((entry): EntryDocument => {
      const document = entryDocument(entry, version);
      // As of the floor the version is not known; as of the head it is.
      ({ version } = entry.seq === head.seq ? head : document);
      return { ...document, version };
    });
    const [first, ...others] = documents;
    const isBlocked = last?.closing !== undefined && last.seq === first?.seq;
    if (first && isBlocked) await this.#replace(first);
    const rest = isBlocked ? others : documents;
    if (rest.length === 0) return;
    await this.#database.call('log.adopt_insert', async () => {
      try {
        await this.#database.entries.insertMany(rest, { ordered: true });
      } catch (error) {
        // Somebody else is doing the same.
        if (isDuplicateKey(error) && error instanceof MongoBulkWriteError)
          throw failed(OPERATION, 'contended', true);
        throw error;
      }
    });
  }

  async #noteRestores({ conversation, head }: Adoption): Promise<void> {
    await this.#database.call('log.adopt_restores', () =>
      this.#database.logs.updateOne(
        { _id: conversation },
        { $set: { restores: head.restores.map(({ ...note }) => note) } },
      ),
    );
  }
}

const standingOf = ({ head: { version, loud, acceptedAt } }: Adoption): Omit<Standing, 'seq'> => ({
  version,
  loud,
  acceptedAt,
});
