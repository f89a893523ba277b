import type { ConversationId, LogPage, Seq } from '@sealpost/domain';
import { failed, type Database } from './database.ts';
import { entryOf, headOf, isWhole, sizeOf, type EntryDocument } from './documents.ts';
import type { StoredLog } from './stored-log.ts';

/** How often reading begins again because entries came or went meanwhile. */
const ROUNDS = 50;
const BATCH = 100;

interface Limit {
  readonly entries: number;
  readonly bytes: number;
}

/**
 * Entries, then the head, then the floor: what was cut before the floor was read is seen, and what was not is whole. When
 * entries or floor went past the head meanwhile, it begins again.
 */
export async function readPage(
  database: Database,
  stored: StoredLog,
  conversation: ConversationId,
  after: Seq,
  limit: Limit,
): Promise<LogPage | null> {
  for (let round = 0; round < ROUNDS; round++) {
    const { found, atEnd } = await readEntries(database, conversation, after, limit);
    const last = atEnd ? found.at(-1) : undefined;
    const newest = last ?? (await stored.newest(conversation));
    if (newest === null) return null;
    const log = await stored.places(conversation);
    const head = headOf(newest, log);
    if (head.floor > head.seq) continue;
    if (head.floor > after) return { entries: [], head };
    if (atEnd && head.seq > Math.max(after, last?.seq ?? 0)) continue;
    const whole = found.filter(isWhole);
    const superseded = await stored.superseded(whole, head.seq);
    return { entries: whole.map((document) => entryOf(document, superseded)), head };
  }
  throw failed('log.page', 'unsettled', true);
}

/** `atEnd`: there was no further entry. */
async function readEntries(
  database: Database,
  conversation: ConversationId,
  after: Seq,
  limit: Limit,
): Promise<{ readonly found: readonly EntryDocument[]; readonly atEnd: boolean }> {
  return database.call('log.page', async () => {
    const cursor = database.entries
      .find(
        { conversation, seq: { $gt: after } },
        { batchSize: Math.min(limit.entries, BATCH), maxTimeMS: database.limitMs },
      )
      .sort({ seq: 1 })
      .limit(limit.entries);
    const found: EntryDocument[] = [];
    let bytes = 0;
    for await (const document of cursor) {
      if (document.closing !== undefined) break;
      found.push(document);
      bytes += sizeOf(document);
      if (bytes >= limit.bytes) return { found, atEnd: false };
    }
    return { found, atEnd: found.length < limit.entries };
  });
}
