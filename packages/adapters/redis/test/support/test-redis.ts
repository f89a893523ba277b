import { needs, redisClusterPart, redisPart } from '@sealpost/testing/parts';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe } from 'vitest';
import type { RedisOptions } from '../../src/index.ts';
import { eventually } from './eventually.ts';

/** The servers that a test file runs on, and what only a test does with them. */
export interface TestRedis {
  /** How the deployment with this prefix reaches them. */
  options(prefix: string): RedisOptions;
  /** Cuts all connections that listen for this prefix, and waits until they are gone. */
  cut(prefix: string): Promise<void>;
  /** Has time go on for all keys that begin with the prefix, as far as their times to live are concerned. */
  age(prefix: string, ms: number): Promise<void>;
  keys(prefix: string): Promise<readonly string[]>;
  /** Each server that has keys. */
  readonly masters: readonly Redis[];
}

/** Describes the same of one Redis and of a cluster of six. */
export function describeOnEach(run: (name: string, redis: TestRedis) => void): void {
  describe('one Redis', needs('redis'), () => {
    run('redis', singleForThisFile());
  });
  describe('a cluster', needs('ownRedis'), () => {
    run('redis cluster', clusterForThisFile());
  });
}

/** One Redis for this file. */
function singleForThisFile(): TestRedis {
  return forThisFile(async () => {
    const { url, stop } = await redisPart();
    return { urls: [url], masters: [url], stop };
  }, false);
}

/** A cluster of six for this file. */
function clusterForThisFile(): TestRedis {
  return forThisFile(async () => {
    const { nodes, stop } = await redisClusterPart();
    const are = await Promise.all(nodes.map((node) => node.isMaster()));
    const urls = nodes.map(({ url }) => url);
    return { urls, masters: urls.filter((_, at) => are[at]), stop };
  }, true);
}

interface Started {
  readonly urls: readonly string[];
  readonly masters: readonly string[];
  stop(): Promise<void>;
}

function forThisFile(start: () => Promise<Started>, cluster: boolean): TestRedis {
  let started: Started | null = null;
  const masters: Redis[] = [];
  beforeAll(async () => {
    started = await start();
    masters.push(...started.masters.map((url) => new Redis(url)));
  });
  afterAll(async () => {
    for (const redis of masters) redis.disconnect();
    await started?.stop();
  });
  return {
    masters,
    options: (prefix) => {
      const [first = '', ...others] = started?.urls ?? [];
      return { urls: cluster ? [first, ...others] : [first], cluster, prefix };
    },
    cut: async (prefix) => void (await Promise.all(masters.map((redis) => cut(redis, prefix)))),
    keys: async (prefix) =>
      (await Promise.all(masters.map((redis) => redis.keys(`*${prefix}*`)))).flat(),
    age: async (prefix, ms) => {
      for (const redis of masters) await age(redis, prefix, ms);
    },
  };
}

/** Nobody else listens on this server while a contract runs: whoever listens is this deployment. */
async function cut(redis: Redis, prefix: string): Promise<void> {
  const channels = async (): Promise<unknown[]> =>
    (
      await Promise.all(
        ['CHANNELS', 'SHARDCHANNELS'].map((kind) => redis.call('PUBSUB', kind, `${prefix}*`)),
      )
    ).flat();
  const ids = ((await redis.client('LIST')) as string)
    .split('\n')
    .filter((line) => / (sub|ssub)=[1-9]/.test(line))
    .map((line) => /^id=(\d+)/.exec(line)?.[1] ?? '');
  if ((await channels()).length === 0) return;
  await Promise.all(ids.map((id) => redis.client('KILL', 'ID', id)));
  const still = async (): Promise<boolean> =>
    ((await redis.client('LIST')) as string)
      .split('\n')
      .every((line) => !ids.includes(/^id=(\d+)/.exec(line)?.[1] ?? ''));
  await eventually(still);
}

async function age(redis: Redis, prefix: string, ms: number): Promise<void> {
  for (const key of await redis.keys(`*${prefix}*`)) {
    const left = await redis.pttl(key);
    if (left < ms) await redis.del(key);
    else await redis.pexpire(key, left - ms);
  }
}
