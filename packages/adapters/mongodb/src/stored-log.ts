import type { ConversationId, Seq } from '@sealpost/domain';
import type { Database } from './database.ts';
import {
  NEW_LOG,
  isWhole,
  type EntryDocument,
  type LogDocument,
  type Standing,
} from './documents.ts';
import { isDuplicateKey } from './driver-fault.ts';
import { limited } from './limited.ts';

/** The fields of `Standing`. */
export const STANDING = { _id: 0, seq: 1, version: 1, loud: 1, acceptedAt: 1, closing: 1 } as const;
/** All of a log but the stored states, which are large. */
const PLACES = { floorState: 0, snapshotState: 0 } as const;
const NEWEST = { seq: -1 } as const;
const AT_ONCE = 16;

/** The look-ups that reading, appending and cutting have in common, each by an index. */
export class StoredLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The newest entry's place, or null. */
  async newest(conversation: ConversationId): Promise<Standing | null> {
    const last = await this.last(conversation);
    if (last?.closing === undefined) return last;
    const { closing: _, ...before } = last;
    return last.seq === 1 ? null : { ...before, seq: last.seq - 1 };
  }

  /** The newest document's place: that of the newest entry, or of what closes the log after it. */
  async last(conversation: ConversationId): Promise<Standing | null> {
    const { entries, limitMs } = this.#database;
    return this.#database.call('log.newest', () =>
      entries.findOne<Standing>(
        { conversation },
        { sort: NEWEST, projection: STANDING, maxTimeMS: limitMs },
      ),
    );
  }

  async newestOf(conversations: readonly ConversationId[]): Promise<readonly (Standing | null)[]> {
    return limited(conversations, AT_ONCE, (conversation) => this.newest(conversation));
  }

  /** What belongs to a conversation, without its stored states; as of a new one when there is nothing. */
  async places(conversation: ConversationId): Promise<LogDocument> {
    return (await this.#log(conversation, PLACES)) ?? { _id: conversation, ...NEW_LOG };
  }

  async withStates(conversation: ConversationId): Promise<LogDocument> {
    return (await this.#log(conversation, {})) ?? { _id: conversation, ...NEW_LOG };
  }

  async placesOf(
    conversations: readonly ConversationId[],
  ): Promise<ReadonlyMap<ConversationId, LogDocument>> {
    const { logs, limitMs } = this.#database;
    const found = await this.#database.call('log.places', () =>
      logs
        .find({ _id: { $in: [...conversations] } }, { projection: PLACES, maxTimeMS: limitMs })
        .toArray(),
    );
    return new Map(found.map((log) => [log._id, log]));
  }

  /** Logs in ascending order of their conversations' ids. */
  async placesAfter(after: ConversationId | null, limit: number): Promise<readonly LogDocument[]> {
    const { logs, limitMs } = this.#database;
    return this.#database.call('log.places_after', () =>
      logs
        .find({ _id: { $gt: after ?? '' } }, { projection: PLACES, maxTimeMS: limitMs })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray(),
    );
  }

  /** Makes the log's own document. It is there before the first entry, so that whoever walks the logs finds them all. */
  async found(conversation: ConversationId): Promise<void> {
    await this.#database.call('log.found', async () => {
      try {
        await this.#database.logs.insertOne({ _id: conversation, ...NEW_LOG });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    });
  }

  /** Of those commits, the ones whose parts for joiners ended with an entry up to `head`. */
  async superseded(
    documents: readonly EntryDocument[],
    head: Seq = Number.MAX_SAFE_INTEGER,
  ): Promise<ReadonlySet<Seq>> {
    const commits = documents.filter((each) => isWhole(each) && each.joinerParts !== undefined);
    const [first] = commits;
    if (first === undefined) return new Set();
    const { entries, limitMs } = this.#database;
    const found = await this.#database.call('log.superseded', () =>
      entries
        .find(
          {
            conversation: first.conversation,
            changeSeq: { $gt: first.seq, $lte: head },
            supersedes: { $in: commits.map(({ seq }) => seq) },
          },
          { projection: { _id: 0, supersedes: 1 }, maxTimeMS: limitMs },
        )
        .toArray(),
    );
    return new Set(found.flatMap(({ supersedes }) => supersedes ?? []));
  }

  async #log(conversation: ConversationId, projection: object): Promise<LogDocument | null> {
    const { logs, limitMs } = this.#database;
    return this.#database.call('log.places', () =>
      logs.findOne({ _id: conversation }, { projection, maxTimeMS: limitMs }),
    );
  }
}
