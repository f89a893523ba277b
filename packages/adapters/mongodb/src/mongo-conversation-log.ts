import type {
  Adoption,
  Append,
  AppendOutcome,
  ConversationId,
  ConversationLog,
  Cut,
  DeviceId,
  ClientId,
  Entry,
  EntryEnvelope,
  Expiring,
  Head,
  LoadedLog,
  LogPage,
  Seq,
  Tenure,
  Timestamp,
} from '@sealpost/domain';
import { Adopter } from './adopt-entries.ts';
import { Appender } from './append-entries.ts';
import { clear } from './clear-entries.ts';
import { cutEntries } from './cut-entries.ts';
import type { Database } from './database.ts';
import { entryOf, envelopeOf, headOf, isWhole, tenureIn, type WholeDocument } from './documents.ts';
import { limited } from './limited.ts';
import { loadLog } from './load-log.ts';
import { readPage } from './read-page.ts';
import { StoredLog } from './stored-log.ts';
import { Tenures } from './tenures.ts';

const AT_ONCE = 16;
const LOGS_AT_ONCE = 200;

/** The log on MongoDB: `Appender` has the story of a flush, `cutEntries` that of a cut. */
export class MongoConversationLog implements ConversationLog {
  readonly #database: Database;
  readonly #stored: StoredLog;
  readonly #appender: Appender;
  readonly #tenures: Tenures;
  readonly #adopter: Adopter;

  constructor(database: Database) {
    this.#database = database;
    this.#stored = new StoredLog(database);
    this.#appender = new Appender(database, this.#stored);
    this.#tenures = new Tenures(database, this.#stored);
    this.#adopter = new Adopter(database, this.#stored);
  }

  async append(batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return this.#appender.append(batch);
  }

  async load(
    conversation: ConversationId,
    from: 'newest' | 'floor' = 'newest',
  ): Promise<LoadedLog | null> {
    return loadLog(this.#database, this.#stored, conversation, from);
  }

  async page(
    conversation: ConversationId,
    after: Seq,
    limit: { readonly entries: number; readonly bytes: number },
  ): Promise<LogPage | null> {
    return readPage(this.#database, this.#stored, conversation, after, limit);
  }

  async entry(conversation: ConversationId, seq: Seq): Promise<Entry | null> {
    const found = await this.#whole(conversation, { seq }, 'log.entry');
    return found && entryOf(found, await this.#stored.superseded([found]));
  }

  async find(
    conversation: ConversationId,
    device: DeviceId,
    clientId: ClientId,
  ): Promise<EntryEnvelope | null> {
    const found = await this.#whole(conversation, { device, clientId }, 'log.find');
    return found && envelopeOf(found);
  }

  /** Floors and restores are read before heads, so that no floor is above the head that comes with it. */
  async heads(
    conversations: readonly ConversationId[],
  ): Promise<ReadonlyMap<ConversationId, Head>> {
    if (conversations.length === 0) return new Map();
    const logs = await this.#stored.placesOf(conversations);
    const newest = await this.#stored.newestOf(conversations);
    return new Map(
      conversations.flatMap((conversation, index) => {
        const standing = newest[index];
        const log = logs.get(conversation) ?? { floor: 0, restores: [] };
        return standing ? [[conversation, headOf(standing, log)] as const] : [];
      }),
    );
  }

  async movedSince(since: Timestamp, limit: number): Promise<ReadonlyMap<ConversationId, Head>> {
    const { entries, limitMs } = this.#database;
    const moved = await this.#database.call('log.moved_since', async () => {
      const found = new Set<ConversationId>();
      const cursor = entries.find<{ conversation: string }>(
        { acceptedAt: { $gte: since } },
        { projection: { _id: 0, conversation: 1 }, maxTimeMS: limitMs },
      );
      for await (const { conversation } of cursor.sort({ acceptedAt: -1, conversation: 1 }))
        if (found.add(conversation).size >= limit) break;
      return [...found];
    });
    const heads = [...(await this.heads(moved))].filter(([, head]) => head.acceptedAt >= since);
    return new Map(heads.toSorted(([, a], [, b]) => b.acceptedAt - a.acceptedAt));
  }

  /** A log whose founding did not get as far as its first entry is none. */
  async conversations(page: {
    readonly after: ConversationId | null;
    readonly limit: number;
  }): Promise<readonly ConversationId[]> {
    const found: ConversationId[] = [];
    for (let { after } = page; found.length < page.limit;) {
      const logs = await this.#stored.placesAfter(after, page.limit - found.length);
      const heads = await this.#stored.newestOf(logs.map(({ _id }) => _id));
      found.push(...logs.flatMap(({ _id }, index) => (heads[index] ? [_id] : [])));
      after = logs.at(-1)?._id ?? null;
      if (after === null) break;
    }
    return found;
  }

  async saveSnapshot(conversation: ConversationId, version: Seq, state: string): Promise<void> {
    await this.#database.call('log.save_snapshot', () =>
      this.#database.logs.updateOne(
        { _id: conversation, snapshotVersion: { $lte: version } },
        { $set: { snapshotVersion: version, snapshotState: state } },
      ),
    );
  }

  async markRestored(incarnation: number): Promise<void> {
    for (let after: ConversationId | null = null; ;) {
      const logs = await this.#stored.placesAfter(after, LOGS_AT_ONCE);
      const due = logs.filter(({ restores }) =>
        restores.every((restore) => restore.incarnation !== incarnation),
      );
      await limited(due, AT_ONCE, ({ _id }) => this.#noteRestored(_id, incarnation));
      const last = logs.at(-1);
      if (last === undefined || logs.length < LOGS_AT_ONCE) return;
      after = last._id;
    }
  }

  async expiring(
    before: Timestamp,
    page: {
      readonly after: ConversationId | null;
      readonly conversations: number;
      readonly entries: number;
    },
  ): Promise<Expiring> {
    const logs = await this.#stored.placesAfter(page.after, page.conversations);
    const found = await limited(logs, AT_ONCE, async (log) => {
      // A cut that a crash left unfinished is finished here, since everything comes by.
      if (log.clearing) await clear(this.#database, this.#stored, log._id);
      if (tenureIn(log).state !== 'open') return [];
      const floor = await this.#lastBefore(log._id, log.floor, before, page.entries);
      return floor === null ? [] : [{ conversation: log._id, floor }];
    });
    const next = logs.length < page.conversations ? null : (logs.at(-1)?._id ?? null);
    return { found: found.flat(), next };
  }

  async cut(cut: Cut): Promise<number> {
    return cutEntries(this.#database, this.#stored, cut);
  }

  async kept(conversation: ConversationId): Promise<Entry | null> {
    const { floor, keep } = await this.#stored.places(conversation);
    return keep > 0 && keep <= floor ? this.entry(conversation, keep) : null;
  }

  async tenure(conversation: ConversationId | null): Promise<Tenure | null> {
    return this.#tenures.of(conversation);
  }

  async changeTenure(
    conversation: ConversationId | null,
    from: number,
    to: Tenure,
  ): Promise<boolean> {
    return this.#tenures.change(conversation, from, to);
  }

  async adopt(adoption: Adoption): Promise<boolean> {
    return this.#adopter.adopt(adoption);
  }

  /** An entry that was not cut, or was kept by the cut. */
  async #whole(
    conversation: ConversationId,
    which: { readonly seq: Seq } | { readonly device: DeviceId; readonly clientId: ClientId },
    operation: string,
  ): Promise<WholeDocument | null> {
    const found = await this.#database.call(operation, () =>
      this.#database.entries.findOne(
        { conversation, ...which },
        { maxTimeMS: this.#database.limitMs },
      ),
    );
    if (found === null || !isWhole(found)) return null;
    const { floor, keep } = await this.#stored.places(conversation);
    return found.seq > floor || found.seq === keep ? found : null;
  }

  async #noteRestored(conversation: ConversationId, incarnation: number): Promise<void> {
    const newest = await this.#stored.newest(conversation);
    if (newest === null) return;
    await this.#database.call('log.mark_restored', () =>
      this.#database.logs.updateOne(
        { _id: conversation, 'restores.incarnation': { $ne: incarnation } },
        { $push: { restores: { incarnation, head: newest.seq } } },
      ),
    );
  }

  /** Of most conversations it reads one entry: the oldest, which is not that old. */
  async #lastBefore(
    conversation: ConversationId,
    floor: Seq,
    before: Timestamp,
    limit: number,
  ): Promise<Seq | null> {
    const oldest = async (count: number): Promise<readonly Seq[]> => {
      const found = await this.#database.call('log.oldest', () =>
        this.#database.entries
          .find(
            { conversation, seq: { $gt: floor } },
            { projection: { _id: 0, seq: 1, acceptedAt: 1 }, maxTimeMS: this.#database.limitMs },
          )
          .sort({ seq: 1 })
          .limit(count)
          .toArray(),
      );
      return found.flatMap(({ seq, acceptedAt }) => (acceptedAt < before ? [seq] : []));
    };
    return (await oldest(1)).length === 0 ? null : ((await oldest(limit)).at(-1) ?? null);
  }
}
