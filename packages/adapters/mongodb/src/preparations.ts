import type { IndexDirection } from 'mongodb';
import type { Database } from './database.ts';
import { isNoCollection } from './driver-fault.ts';

/** An index, by a name that never changes what it means: another shape is another name. */
interface Preparation {
  readonly name: string;
  readonly key: Readonly<Record<string, IndexDirection>>;
  readonly unique: boolean;
}

/** All indexes of `entries`. Each unique one begins with the conversation, by which a cluster shards. */
export const PREPARATIONS: readonly Preparation[] = [
  { name: 'by_number', key: { conversation: 1, seq: 1 }, unique: true },
  { name: 'by_send', key: { conversation: 1, device: 1, clientId: 1 }, unique: true },
  { name: 'by_change', key: { conversation: 1, changeSeq: 1 }, unique: false },
  { name: 'by_activity', key: { acceptedAt: -1, conversation: 1 }, unique: false },
];

/** Makes the indexes that are missing, and with them their collection; harmless to repeat, also from several processes at once. */
export async function prepare(database: Database): Promise<void> {
  for (const { name, key, unique } of await missing(database))
    await database.call('prepare', () =>
      database.entries.createIndex({ ...key }, { name, ...(unique && { unique }) }),
    );
}

/** Names of the indexes that are missing. */
export const pendingPreparations = async (database: Database): Promise<readonly string[]> =>
  (await missing(database)).map(({ name }) => `entries.${name}`);

async function missing(database: Database): Promise<readonly Preparation[]> {
  const present = await database.call('pending_preparations', async () => {
    try {
      return await database.entries.indexes();
    } catch (error) {
      if (isNoCollection(error)) return [];
      throw error;
    }
  });
  const isThere = ({ name, key, unique }: Preparation): boolean =>
    present.some(
      (index) =>
        index.name === name &&
        JSON.stringify(index.key) === JSON.stringify(key) &&
        (index.unique === true) === unique,
    );
  return PREPARATIONS.filter((each) => !isThere(each));
}
