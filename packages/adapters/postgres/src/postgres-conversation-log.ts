import {
  type Adoption,
  type Append,
  type AppendOutcome,
  type ClientId,
  type ConversationId,
  type ConversationLog,
  type Cut,
  type DeviceId,
  type Entry,
  type EntryEnvelope,
  type Expiring,
  type Head,
  type LoadedLog,
  type LogPage,
  type Seq,
  type Tenure,
  type Timestamp,
} from '@sealpost/domain';
import { adoptEntries } from './adopt-entries.ts';
import { Appender } from './appender.ts';
import type { Database } from './database.ts';
import {
  ENVELOPE,
  HEAD,
  entryOf,
  envelopeOf,
  headOf,
  type Absent,
  type EnvelopeRow,
  type HeadRow,
  type PartsRow,
} from './entry-rows.ts';
import { packTexts } from './packed-arrays.ts';
import { statement } from './statement.ts';
import { changeTenure, tenureOf } from './tenures.ts';

/** Head and entries of one statement are of one instant. */
const PAGE = statement<HeadRow & ((EnvelopeRow & PartsRow) | Absent<EnvelopeRow & PartsRow>)>(
  'log.page',
  `SELECT ${HEAD}, ${ENVELOPE}, entry.layout, entry.parts, entry.joiner_parts
  FROM heads AS head LEFT JOIN LATERAL (
    SELECT *, sum(octet_length(parts) + coalesce(octet_length(joiner_parts), 0)) OVER (
      ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS bytes_before
    FROM (
      SELECT * FROM entries WHERE conversation = $1 AND seq > $2 AND $2 >= head.floor ORDER BY seq LIMIT $3
    ) AS following
  ) AS entry ON entry.bytes_before IS NULL OR entry.bytes_before < $4
  WHERE head.conversation = $1 AND head.seq > 0
  ORDER BY entry.seq`,
);

const ENTRY = statement<EnvelopeRow & PartsRow>(
  'log.entry',
  `SELECT ${ENVELOPE}, entry.layout, entry.parts, entry.joiner_parts
  FROM entries AS entry WHERE conversation = $1 AND seq = $2`,
);

const KEPT = statement<EnvelopeRow & PartsRow>(
  'log.kept',
  `SELECT ${ENVELOPE}, entry.layout, entry.parts, entry.joiner_parts
  FROM heads AS head JOIN entries AS entry USING (conversation)
  WHERE conversation = $1 AND entry.seq <= head.floor ORDER BY entry.seq DESC LIMIT 1`,
);

const loadFrom = (states: 'snapshots' | 'floors') =>
  statement<
    HeadRow & { snapshot_version: number | null; snapshot_state: string } & (
        | EnvelopeRow
        | Absent<EnvelopeRow>
      )
  >(
    `log.load_from_${states}`,
    `SELECT ${HEAD}, snapshot.version AS snapshot_version, snapshot.state AS snapshot_state, ${ENVELOPE}
    FROM heads AS head
    LEFT JOIN ${states} AS snapshot ON snapshot.conversation = head.conversation
    LEFT JOIN changes AS change ON change.conversation = head.conversation AND change.seq > coalesce(snapshot.version, 0)
    LEFT JOIN entries AS entry ON entry.conversation = change.conversation AND entry.seq = change.seq
    WHERE head.conversation = $1 AND head.seq > 0
    ORDER BY entry.seq`,
  );
const LOAD = { newest: loadFrom('snapshots'), floor: loadFrom('floors') };

type NamedHeadRow = HeadRow & { readonly conversation: string };

const HEADS = statement<NamedHeadRow>(
  'log.heads',
  `SELECT conversation, ${HEAD} FROM heads AS head WHERE conversation = ANY ($1::text[]) AND seq > 0`,
);

const MOVED_SINCE = statement<NamedHeadRow>(
  'log.moved_since',
  `SELECT conversation, ${HEAD} FROM heads AS head
  WHERE active_minute >= $1::bigint / 60000 AND accepted_at >= $1 AND seq > 0
  ORDER BY accepted_at DESC, conversation LIMIT $2`,
);

const CONVERSATIONS = statement<{ readonly conversation: string }>(
  'log.conversations',
  'SELECT conversation FROM heads WHERE conversation > $1 AND seq > 0 ORDER BY conversation LIMIT $2',
);

const FIND = statement<EnvelopeRow>(
  'log.find',
  `SELECT ${ENVELOPE} FROM entries AS entry
  WHERE conversation COLLATE "POSIX" = $1 AND sender_device = $2 AND client_id = $3`,
);

const SAVE_SNAPSHOT = statement(
  'log.save_snapshot',
  `INSERT INTO snapshots AS stored (conversation, version, state)
  SELECT conversation, $2, $3 FROM heads WHERE conversation = $1 AND seq > 0
  ON CONFLICT (conversation) DO UPDATE SET version = excluded.version, state = excluded.state
  WHERE excluded.version >= stored.version`,
);

/** Waits for flushes in flight and keeps others waiting, so that no order of row locks can cross theirs. */
const LOCK_HEADS = statement('log.lock_heads', 'LOCK TABLE heads IN EXCLUSIVE MODE');

const MARK_RESTORED = statement(
  'log.mark_restored',
  `UPDATE heads SET restores = restores || jsonb_build_object('incarnation', $1::bigint, 'head', seq)
  WHERE NOT restores @> jsonb_build_array(jsonb_build_object('incarnation', $1::bigint))`,
);

/** Of most conversations it reads two rows: the head, and the oldest entry, which is not that old. */
const EXPIRING = statement<{ readonly conversation: string; readonly floor: number | null }>(
  'log.expiring',
  `SELECT head.conversation, CASE WHEN head.takes = 'open' AND (
    SELECT accepted_at FROM entries
    WHERE conversation = head.conversation AND seq > head.floor ORDER BY seq LIMIT 1
  ) < $1 THEN (
    SELECT max(seq) FROM (
      SELECT seq, accepted_at FROM entries
      WHERE conversation = head.conversation AND seq > head.floor ORDER BY seq LIMIT $4
    ) AS oldest WHERE accepted_at < $1
  ) END AS floor
  FROM heads AS head WHERE conversation > $2 AND seq > 0 ORDER BY conversation LIMIT $3`,
);

const CUT = statement<{ readonly count: number }>(
  'log.cut',
  'SELECT cut_entries($1, $2, $3, $4, $5) AS count',
);

/** The log on Postgres: `append_entries` has the story of a flush, `append_messages` that of most. */
export class PostgresConversationLog implements ConversationLog {
  readonly #database: Database;
  readonly #appender: Appender;

  constructor(database: Database) {
    this.#database = database;
    this.#appender = new Appender(database);
  }

  async load(
    conversation: ConversationId,
    from: 'newest' | 'floor' = 'newest',
  ): Promise<LoadedLog | null> {
    const rows = await this.#database.rows(LOAD[from], [conversation]);
    const [first] = rows;
    if (first === undefined) return null;
    const { snapshot_version: version, snapshot_state: state } = first;
    return {
      snapshot: version === null ? null : { version, state },
      changes: rows.flatMap((row) => (row.seq === null ? [] : [envelopeOf(conversation, row)])),
      head: headOf(first),
    };
  }

  append(batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return this.#appender.append(batch);
  }

  async page(
    conversation: ConversationId,
    after: Seq,
    limit: { readonly entries: number; readonly bytes: number },
  ): Promise<LogPage | null> {
    const rows = await this.#database.rows(PAGE, [conversation, after, limit.entries, limit.bytes]);
    const [first] = rows;
    if (first === undefined) return null;
    const entries = rows.flatMap((row) => (row.seq === null ? [] : [entryOf(conversation, row)]));
    return { entries, head: headOf(first) };
  }

  async entry(conversation: ConversationId, seq: Seq): Promise<Entry | null> {
    const [row] = await this.#database.rows(ENTRY, [conversation, seq]);
    return row === undefined ? null : entryOf(conversation, row);
  }

  async heads(
    conversations: readonly ConversationId[],
  ): Promise<ReadonlyMap<ConversationId, Head>> {
    return byConversation(await this.#database.rows(HEADS, [packTexts(conversations)]));
  }

  async movedSince(since: Timestamp, limit: number): Promise<ReadonlyMap<ConversationId, Head>> {
    return byConversation(await this.#database.rows(MOVED_SINCE, [since, limit]));
  }

  async conversations(page: {
    readonly after: ConversationId | null;
    readonly limit: number;
  }): Promise<readonly ConversationId[]> {
    const rows = await this.#database.rows(CONVERSATIONS, [page.after ?? '', page.limit]);
    return rows.map(({ conversation }) => conversation);
  }

  async find(
    conversation: ConversationId,
    device: DeviceId,
    clientId: ClientId,
  ): Promise<EntryEnvelope | null> {
    const [row] = await this.#database.rows(FIND, [conversation, device, clientId]);
    return row === undefined ? null : envelopeOf(conversation, row);
  }

  async saveSnapshot(conversation: ConversationId, version: Seq, state: string): Promise<void> {
    await this.#database.rows(SAVE_SNAPSHOT, [conversation, version, state]);
  }

  async markRestored(incarnation: number): Promise<void> {
    await this.#database.longTransaction('log.mark_restored', async (transaction) => {
      await transaction.rows(LOCK_HEADS, []);
      await transaction.rows(MARK_RESTORED, [incarnation]);
    });
  }

  async expiring(
    before: Timestamp,
    page: {
      readonly after: ConversationId | null;
      readonly conversations: number;
      readonly entries: number;
    },
  ): Promise<Expiring> {
    const { after, conversations, entries } = page;
    const rows = await this.#database.rows(EXPIRING, [
      before,
      after ?? '',
      conversations + 1,
      entries,
    ]);
    const looked = rows.slice(0, conversations);
    const last = looked.length < rows.length ? looked.at(-1) : undefined;
    return {
      found: looked.flatMap(({ conversation, floor }) =>
        floor === null ? [] : [{ conversation, floor }],
      ),
      next: last?.conversation ?? null,
    };
  }

  async cut({ conversation, floor, version, state, keep }: Cut): Promise<number> {
    const rows = await this.#database.rows(CUT, [conversation, floor, version, state, keep]);
    return rows[0]?.count ?? 0;
  }

  async kept(conversation: ConversationId): Promise<Entry | null> {
    const [row] = await this.#database.rows(KEPT, [conversation]);
    return row === undefined ? null : entryOf(conversation, row);
  }

  async tenure(conversation: ConversationId | null): Promise<Tenure | null> {
    return tenureOf(this.#database, conversation);
  }

  async changeTenure(
    conversation: ConversationId | null,
    from: number,
    to: Tenure,
  ): Promise<boolean> {
    return changeTenure(this.#database, conversation, from, to);
  }

  async adopt(adoption: Adoption): Promise<boolean> {
    return this.#database.transaction('log.adopt', (queries) => adoptEntries(queries, adoption));
  }
}

const byConversation = (rows: readonly NamedHeadRow[]): Map<ConversationId, Head> =>
  new Map(rows.map((row) => [row.conversation, headOf(row)]));
