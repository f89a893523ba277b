import type { Db, Document } from 'mongodb';
import type { Asked } from './recorded-commands.ts';
import { SHARD_KEYS } from './shard-key.ts';

/** The names of the shards that a router sends a query to. */
export async function shardsOf(
  db: Db,
  { collection, filter, sort }: Asked,
): Promise<readonly string[]> {
  const plan: Document = await db
    .collection(collection)
    .find(filter)
    .sort(sort)
    .explain('queryPlanner');
  const shards = plan['queryPlanner'].winningPlan.shards as readonly Document[];
  return shards.map(({ shardName }) => String(shardName));
}

/** Shards both collections as an operator does; conversations from `first` on are on another shard than those before it. */
export async function overTwoShards(db: Db, first: string): Promise<void> {
  const { shards } = await db.admin().command({ listShards: 1 });
  for (const [collection, key] of Object.entries(SHARD_KEYS)) {
    const namespace = `${db.databaseName}.${collection}`;
    await db.admin().command({ shardCollection: namespace, key: { [key]: 1 } });
    await db.admin().command({ split: namespace, middle: { [key]: first } });
    const [owner] = await shardsOf(db, { collection, filter: { [key]: first }, sort: {} });
    const other = (shards as readonly Document[]).find(({ _id }) => _id !== owner);
    if (other === undefined) throw new Error('the cluster has only one shard');
    await db.admin().command({ moveChunk: namespace, find: { [key]: first }, to: other['_id'] });
  }
}
