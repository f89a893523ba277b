import type { StoredValue } from '@sealpost/domain';
import { Cluster, type Redis } from 'ioredis';
import type { Commands } from './commands.ts';
import type { Settings } from './options.ts';

const keysAtOnce = 500;

/** How the values of a key are read, by its type in Redis. */
const readers: Readonly<
  Record<string, (node: Redis, key: string) => Promise<readonly (Buffer | null)[]>>
> = {
  string: async (node, key) => [await node.getBuffer(key)],
  hash: async (node, key) =>
    Object.entries(await node.hgetallBuffer(key)).flatMap(([field, value]) => [
      Buffer.from(field),
      value,
    ]),
  list: (node, key) => node.lrangeBuffer(key, 0, -1),
  set: (node, key) => node.smembersBuffer(key),
  zset: (node, key) => node.zrangeBuffer(key, 0, '-1'),
};

/**
 * Every key of the prefix and all that is in it, for audits: whoever searches these has searched all that is on this
 * Redis. What is hinted passes through and is not kept. Rejects for a type of key that there is no reader for.
 */
export async function* everyValue(
  commands: Commands,
  { prefix }: Pick<Settings, 'prefix'>,
): AsyncGenerator<StoredValue> {
  const nodes = await commands.run('every_value', async (client) =>
    client instanceof Cluster ? client.nodes('master') : [client],
  );
  for (const node of nodes)
    for (const pattern of [`${prefix}:*`, `{${prefix}:*`]) yield* valuesOn(commands, node, pattern);
}

async function* valuesOn(
  commands: Commands,
  node: Redis,
  pattern: string,
): AsyncGenerator<StoredValue> {
  let cursor = '0';
  do {
    const [next, keys] = await commands.run('every_value', () =>
      node.scan(cursor, 'MATCH', pattern, 'COUNT', keysAtOnce),
    );
    cursor = next;
    for (const key of keys) {
      yield { table: 'redis', column: 'key', value: key };
      for (const value of await commands.run('every_value', () => valuesOf(node, key)))
        if (value !== null) yield { table: 'redis', column: 'value', value };
    }
  } while (cursor !== '0');
}

async function valuesOf(node: Redis, key: string): Promise<readonly (Buffer | null)[]> {
  const type = await node.type(key);
  // It ended by itself meanwhile.
  if (type === 'none') return [];
  const read = readers[type];
  if (!read) throw new TypeError(`no reader for keys of type ${type}`);
  return read(node, key);
}
