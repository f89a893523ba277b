import { AdapterFailure, type Cut } from '@sealpost/domain';
import { clear } from './clear-entries.ts';
import type { Database } from './database.ts';
import { STANDING, type StoredLog } from './stored-log.ts';
import type { Standing } from './documents.ts';

/**
 * Raises a log's floor in its one document, and with it the state: that is the cut, whole or not at all. Readers leave out
 * what is below the floor; taking it away comes after, and is finished by whoever comes next if this process dies.
 */
export async function cutEntries(
  database: Database,
  stored: StoredLog,
  { conversation, floor, version, state, keep }: Cut,
): Promise<number> {
  const last = await database.call('log.cut_last', () =>
    database.entries.findOne<Standing>(
      { conversation, seq: floor },
      { projection: STANDING, maxTimeMS: database.limitMs },
    ),
  );
  // The newest change among what is to go must be in the state.
  if (last === null || last.closing !== undefined || last.version > version) return 0;
  const before = await database.call('log.cut', () =>
    database.logs.findOneAndUpdate(
      {
        _id: conversation,
        floor: { $lt: floor },
        floorVersion: { $lte: version },
        'tenure.state': { $nin: ['closed', 'refused'] },
      },
      { $set: { floor, floorVersion: version, floorState: state, keep, clearing: true } },
      { returnDocument: 'before' },
    ),
  );
  if (before === null) return 0;
  try {
    await clear(database, stored, conversation);
  } catch (error) {
    // The cut is made. What it left is found by the mark that it is not cleared.
    if (!(error instanceof AdapterFailure)) throw error;
  }
  return floor - before.floor;
}
