import type { Asked } from './recorded-commands.ts';

/** By what a cluster shards: in both collections it is the conversation. */
export const SHARD_KEYS = { entries: 'conversation', logs: '_id' } as const;

/** How many conversations a filter names, and so on how many shards it is answered at most; null: it names none. */
export function conversationsNamed({ collection, filter }: Asked): number | null {
  const key = Object.entries(SHARD_KEYS).find(([name]) => name === collection)?.[1];
  const named: unknown = key && filter[key];
  if (typeof named === 'string') return 1;
  const among: unknown = typeof named === 'object' && named !== null && Reflect.get(named, '$in');
  return Array.isArray(among) ? among.length : null;
}

/** What goes over all conversations, since that is its purpose. */
const SWEEPS: Readonly<Record<string, (asked: Asked) => boolean>> = {
  movedSince: ({ collection, filter }) =>
    collection === 'entries' && Object.keys(filter).join(' ') === 'acceptedAt',
  placesAfter: ({ collection, filter }) =>
    collection === 'logs' &&
    Object.keys(filter).join(' ') === '_id' &&
    Object.keys(Object(filter['_id'])).join(' ') === '$gt',
};

/** The name of the sweep that asks so, or null. */
export const sweepOf = (asked: Asked): string | null =>
  Object.entries(SWEEPS).find(([, asks]) => asks(asked))?.[0] ?? null;
