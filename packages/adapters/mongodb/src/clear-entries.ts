import type { ConversationId, Seq } from '@sealpost/domain';
import type { Database } from './database.ts';
import { CONTENT } from './documents.ts';
import type { StoredLog } from './stored-log.ts';

/**
 * How many of the newest numbers keep a document when they are cut, an empty one. A process that read the head and then
 * slept cannot give a number a second time while its document is there; see `Appender`, which finds out about the others.
 */
export const SPARED = 64;

const EMPTIED = Object.fromEntries(CONTENT.map((field) => [field, ''])) as Record<
  (typeof CONTENT)[number],
  ''
>;

/** Empties entries that were cut: of each only its place is left. Repeating it changes nothing. */
export async function empty(
  database: Database,
  conversation: ConversationId,
  seqs: readonly Seq[],
): Promise<void> {
  if (seqs.length === 0) return;
  await database.call('log.empty', () =>
    database.entries.bulkWrite(
      seqs.map((seq) => ({
        updateOne: {
          filter: { conversation, seq },
          update: { $set: { device: null, clientId: seq }, $unset: EMPTIED },
        },
      })),
      { ordered: true },
    ),
  );
}

/**
 * Takes away what a raised floor has cut: the newest documents are emptied, the others deleted. It goes by the floor
 * alone, so whoever comes next finishes what a crash left.
 */
export async function clear(
  database: Database,
  stored: StoredLog,
  conversation: ConversationId,
): Promise<void> {
  const { floor, keep } = await stored.places(conversation);
  const newest = await stored.newest(conversation);
  const cleared = Math.min(floor, (newest?.seq ?? 0) - SPARED);
  const { entries, logs, limitMs } = database;
  if (cleared > 0) {
    await database.call('log.announce_clearing', () =>
      logs.updateOne({ _id: conversation }, { $max: { cleared } }),
    );
    await database.call('log.clear', () =>
      entries.deleteMany(
        { conversation, seq: { $lte: cleared, $ne: keep } },
        { maxTimeMS: limitMs },
      ),
    );
  }
  const due = await database.call('log.find_cut', () =>
    entries
      .find(
        { conversation, seq: { $gt: cleared, $lte: floor, $ne: keep }, device: { $ne: null } },
        { projection: { _id: 0, seq: 1 }, maxTimeMS: limitMs },
      )
      .toArray(),
  );
  const seqs = due.map(({ seq }) => seq);
  await empty(database, conversation, seqs);
  await database.call('log.cleared', () =>
    logs.updateOne({ _id: conversation, floor }, { $set: { clearing: false } }),
  );
}
