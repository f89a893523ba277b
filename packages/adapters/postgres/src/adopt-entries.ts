import {
  hasJoinerParts,
  isSameButForJoiners,
  type Adoption,
  type Entry,
  type Seq,
} from '@sealpost/domain';
import type { Queries } from './database.ts';
import { ENVELOPE, entryOf, type EnvelopeRow, type PartsRow } from './entry-rows.ts';
import { layOut } from './parts-layout.ts';
import { statement } from './statement.ts';

interface OwnHead {
  readonly seq: number;
  readonly loud: number;
  readonly accepted_at: number;
  readonly version: number;
  readonly floor: number;
  readonly takes: string;
}

const MAKE = statement(
  'log.adopt_make',
  `INSERT INTO heads (conversation, term, takes) SELECT $1, term, 'closed' FROM foundings WHERE only_row
  ON CONFLICT DO NOTHING`,
);
const LOCK = statement<OwnHead>(
  'log.adopt_lock',
  `SELECT seq, loud, accepted_at, version, floor, takes FROM heads WHERE conversation = $1 FOR UPDATE`,
);
const UNMAKE = statement(
  'log.adopt_unmake',
  'DELETE FROM heads WHERE conversation = $1 AND seq = 0',
);
const PRESENT = statement<EnvelopeRow & PartsRow>(
  'log.adopt_present',
  `SELECT ${ENVELOPE}, entry.layout, entry.parts, entry.joiner_parts FROM entries AS entry
  WHERE conversation = $1 AND seq BETWEEN $2 AND $3`,
);
const INSERT = statement(
  'log.adopt_entry',
  `INSERT INTO entries (
    conversation, seq, accepted_at, loud, generation, epoch, kind, class, sender_account, sender_device, client_id,
    after_client_id, change, blobs, digest, layout, parts, joiner_parts
  ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::jsonb, $14::jsonb, $15, $16, $17, $18)
  ON CONFLICT (conversation, seq) DO NOTHING`,
);
const INSERT_CHANGE = statement(
  'log.adopt_change',
  'INSERT INTO changes (conversation, seq) VALUES ($1, $2)',
);
const DROP_JOINERS = statement(
  'log.adopt_drop_joiners',
  'UPDATE entries SET joiner_parts = NULL WHERE conversation = $1 AND seq = $2',
);
const CUT_ENTRIES = statement(
  'log.adopt_cut',
  'DELETE FROM entries WHERE conversation = $1 AND seq <= $2 AND seq <> $3',
);
const CUT_CHANGES = statement(
  'log.adopt_cut_changes',
  'DELETE FROM changes WHERE conversation = $1 AND seq <= $2',
);
const storeState = (states: 'snapshots' | 'floors') =>
  statement(
    `log.adopt_${states}`,
    `INSERT INTO ${states} AS stored (conversation, version, state) VALUES ($1, $2, $3)
    ON CONFLICT (conversation) DO UPDATE SET version = excluded.version, state = excluded.state
    WHERE excluded.version >= stored.version`,
  );
const STORE_FLOOR = storeState('floors');
const STORE_SNAPSHOT = storeState('snapshots');
const LAST_CHANGE = statement<{ readonly version: number }>(
  'log.adopt_last_change',
  'SELECT coalesce(max(seq), 0) AS version FROM changes WHERE conversation = $1',
);
const SET_HEAD = statement(
  'log.adopt_head',
  `UPDATE heads SET seq = $2, loud = $3, accepted_at = $4, version = $5, floor = $6, restores = $7::jsonb
  WHERE conversation = $1`,
);

/** Takes over part of another store's log, in one transaction under the head's lock: all of it or nothing. */
export async function adoptEntries(queries: Queries, adoption: Adoption): Promise<boolean> {
  const { conversation } = adoption;
  await queries.rows(MAKE, [conversation]);
  const [own] = await queries.rows(LOCK, [conversation]);
  const isTaken = own !== undefined && own.takes !== 'open' && (await take(queries, own, adoption));
  if (!isTaken) await queries.rows(UNMAKE, [conversation]);
  return isTaken;
}

async function take(queries: Queries, own: OwnHead, adoption: Adoption): Promise<boolean> {
  const { conversation, head, kept, entries } = adoption;
  const floor = Math.max(own.floor, head.floor);
  const above = entries.filter(({ seq }) => seq > floor);
  const present = await presentOf(queries, conversation, above);
  const isSame = above.every((entry) => {
    const there = present.get(entry.seq);
    return there === undefined || isSameButForJoiners(there, entry);
  });
  const news = above.filter(({ seq }) => seq > own.seq);
  const last = Math.max(own.seq, floor);
  const isDense = news.every(({ seq }, index) => seq === last + index + 1);
  if (!isSame || !isDense) return false;
  if (head.floor > own.floor) await raise(queries, adoption);
  for (const entry of kept ? [kept, ...above] : above)
    if (!hasJoinerParts(entry)) await queries.rows(DROP_JOINERS, [conversation, entry.seq]);
  for (const entry of news) await insert(queries, entry);
  await setHead(queries, own, adoption, news.at(-1) ?? null);
  return true;
}

async function presentOf(
  queries: Queries,
  conversation: string,
  entries: readonly Entry[],
): Promise<ReadonlyMap<Seq, Entry>> {
  const [first, last] = [entries[0], entries.at(-1)];
  if (!first || !last) return new Map();
  const rows = await queries.rows(PRESENT, [conversation, first.seq, last.seq]);
  return new Map(rows.map((row) => [row.seq, entryOf(conversation, row)]));
}

/** What the other store has cut goes here too. */
async function raise(
  queries: Queries,
  { conversation, head: { floor }, state, kept }: Adoption,
): Promise<void> {
  await queries.rows(CUT_ENTRIES, [conversation, floor, kept?.seq ?? 0]);
  await queries.rows(CUT_CHANGES, [conversation, floor]);
  if (kept) await insertEntry(queries, kept);
  if (state === null) return;
  for (const store of [STORE_FLOOR, STORE_SNAPSHOT])
    await queries.rows(store, [conversation, state.version, state.state]);
}

async function insert(queries: Queries, entry: Entry): Promise<void> {
  await insertEntry(queries, entry);
  if (entry.kind !== 'message') await queries.rows(INSERT_CHANGE, [entry.conversation, entry.seq]);
}

async function insertEntry(queries: Queries, entry: Entry): Promise<void> {
  const stored = layOut(entry.parts);
  await queries.rows(INSERT, [
    entry.conversation,
    entry.seq,
    entry.acceptedAt,
    entry.loud,
    entry.generation,
    entry.epoch,
    entry.kind,
    entry.class,
    entry.sender.account,
    entry.sender.device,
    entry.clientId,
    entry.after,
    entry.change === null ? null : JSON.stringify(entry.change),
    entry.blobs.length === 0 ? null : JSON.stringify(entry.blobs),
    entry.digest,
    stored.layout,
    Buffer.concat(stored.common),
    stored.joiners === null ? null : Buffer.concat(stored.joiners),
  ]);
}

/** An older part than what is here leaves the head as it is. */
async function setHead(
  queries: Queries,
  own: OwnHead,
  { conversation, head, state }: Adoption,
  newest: Entry | null,
): Promise<void> {
  const floor = Math.max(own.floor, head.floor);
  const seq = Math.max(own.seq, floor, newest?.seq ?? 0);
  if (seq > head.seq) return;
  const isWhole = seq === head.seq;
  const { loud, acceptedAt } = isWhole
    ? head
    : (newest ?? { loud: own.loud, acceptedAt: own.accepted_at });
  const [last] = await queries.rows(LAST_CHANGE, [conversation]);
  const below = state !== null && state.version <= floor ? state.version : 0;
  const version = isWhole ? head.version : Math.max(last?.version ?? 0, below);
  const restores = JSON.stringify(head.restores);
  await queries.rows(SET_HEAD, [conversation, seq, loud, acceptedAt, version, floor, restores]);
}
