import { z } from 'zod';
import type { Commands } from './commands.ts';
import type { Place } from './listening-link.ts';
import type { Settings } from './options.ts';

/**
 * Of a cluster each process listens to all channels, so their number only spreads the publishing over its servers. It is
 * the same in every release, or processes of two releases would not hear each other.
 */
const shards = 16;

/** `CLUSTER SLOTS`: from, to, and the master with what is known of it; its replicas follow. */
const slotRanges = z.array(
  z.tuple([z.int(), z.int(), z.tuple([z.string(), z.int()]).rest(z.unknown())]).rest(z.unknown()),
);

/** Every channel of the deployment. */
export function channelsOf({ cluster, prefix }: Settings): readonly string[] {
  if (!cluster) return [`${prefix}:hints`];
  return Array.from({ length: shards }, (_, shard) => `${prefix}:hints:{${shard}}`);
}

/** The servers that have these channels now. Channels of a slot that nobody serves are in none. */
export async function places(
  commands: Commands,
  { cluster, endpoints: [endpoint] }: Settings,
  channels: readonly string[],
): Promise<readonly Place[]> {
  if (!cluster) return [{ endpoint, channels }];
  const [ranges, slots] = await commands.run('listen', async (client) => [
    slotRanges.parse(await client.cluster('SLOTS')),
    await Promise.all(channels.map((channel) => client.cluster('KEYSLOT', channel))),
  ]);
  const found = new Map<string, { host: string; port: number; channels: string[] }>();
  for (const [at, channel] of channels.entries()) {
    const slot = slots[at] ?? 0;
    const master = ranges.find(([from, to]) => from <= slot && slot <= to)?.[2];
    if (!master) continue;
    const [host, port] = master;
    const place = found.get(`${host} ${port}`) ?? { host, port, channels: [] };
    place.channels.push(channel);
    found.set(`${host} ${port}`, place);
  }
  return [...found.values()].map(({ host, port, channels: its }) => ({
    endpoint: { ...endpoint, host, port },
    channels: its,
  }));
}
