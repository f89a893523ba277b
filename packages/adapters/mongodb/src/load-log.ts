import type { ConversationId, LoadedLog, Seq } from '@sealpost/domain';
import { failed, type Database } from './database.ts';
import { envelopeOf, headOf, isWhole, type EntryDocument, type LogDocument } from './documents.ts';
import type { StoredLog } from './stored-log.ts';

/** How often loading begins again because a cut took changes meanwhile. */
const ROUNDS = 50;

/**
 * The stored state, then the head, then the changes between the two. Each change names the version before it: when that
 * chain has a gap, a cut went by, and the state at its floor is there to begin from.
 */
export async function loadLog(
  database: Database,
  stored: StoredLog,
  conversation: ConversationId,
  from: 'newest' | 'floor',
): Promise<LoadedLog | null> {
  for (let round = 0; round < ROUNDS; round++) {
    const log = await stored.withStates(conversation);
    const newest = await stored.newest(conversation);
    if (newest === null) return null;
    const snapshot = stateOf(log, from);
    const changes = await changesOf(database, conversation, snapshot?.version ?? 0, newest.version);
    if (!leadsTo(newest.version, snapshot?.version ?? 0, changes)) continue;
    return {
      snapshot,
      changes: changes.filter(isWhole).map(envelopeOf),
      head: headOf(newest, log),
    };
  }
  throw failed('log.load', 'unsettled', true);
}

function stateOf(log: LogDocument, from: 'newest' | 'floor'): LoadedLog['snapshot'] {
  const { snapshotVersion, snapshotState, floorVersion, floorState } = log;
  const isShortcut = from === 'newest' && snapshotState !== null && snapshotVersion >= floorVersion;
  if (isShortcut) return { version: snapshotVersion, state: snapshotState };
  return floorState === null ? null : { version: floorVersion, state: floorState };
}

async function changesOf(
  database: Database,
  conversation: ConversationId,
  after: Seq,
  last: Seq,
): Promise<readonly EntryDocument[]> {
  if (after >= last) return [];
  return database.call('log.changes', () =>
    database.entries
      .find(
        { conversation, changeSeq: { $gt: after, $lte: last } },
        { projection: { parts: 0, joinerParts: 0 }, maxTimeMS: database.limitMs },
      )
      .sort({ changeSeq: 1 })
      .toArray(),
  );
}

function leadsTo(version: Seq, start: Seq, changes: readonly EntryDocument[]): boolean {
  let at = start;
  for (const { seq, basis = 0 } of changes) {
    if (basis > at) return false;
    at = seq;
  }
  return at >= version;
}
