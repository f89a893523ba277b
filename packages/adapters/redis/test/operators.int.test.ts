import {
  needs,
  ownRedisPart,
  type OwnRedisPart,
  redisClusterPart,
  type RedisClusterPart,
  saying,
  sayingProxy,
} from '@sealpost/testing/parts';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisOptions } from '../src/index.ts';
import { eventually } from './support/eventually.ts';
import { RedisProcess } from './support/redis-process.ts';

/** The address for a user who may do everything with keys, and use no channel: what Redis gives one unless it is told more. */
async function withoutChannels(url: string): Promise<string> {
  const admin = new Redis(url);
  await admin.acl('SETUSER', 'deaf', 'on', '>a password', '~*', '+@all', 'resetchannels');
  admin.disconnect();
  return url.replace('redis://', 'redis://deaf:a%20password@');
}

/** What an operator is told, each with whether something does not work. */
async function found(options: RedisOptions): Promise<string[]> {
  const { parts } = new RedisProcess({ answerMs: 1_000, ...options });
  const findings = await parts.examine();
  await parts.stop();
  for (const { problem, fix } of findings) expect(problem.length * fix.length).toBeGreaterThan(0);
  return findings.map(({ code, severity }) => `${severity} ${code}`);
}

describe('what an operator is told of a Redis', needs('ownRedis'), () => {
  let redis: OwnRedisPart;
  let admin: Redis;
  beforeAll(async () => {
    redis = await ownRedisPart();
    admin = new Redis(redis.url);
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.stop();
  });

  it('is nothing when all is well', async () => {
    expect(await found({ urls: [redis.url] })).toEqual([]);
  });

  it('is that it does not answer: gone, or hanging', async () => {
    expect(await found({ urls: ['redis://127.0.0.1:1'] })).toEqual(['error redis_unreachable']);
    expect(await found({ urls: ['redis://127.0.0.1:1'], cluster: true })).toEqual([
      'error redis_unreachable',
    ]);
    redis.pause();
    expect(await found({ urls: [redis.url] })).toEqual(['error redis_unreachable']);
    redis.resume();
  });

  it('is that it is too old', async () => {
    const port = Number(new URL(redis.url).port);
    const proxy = await sayingProxy(port, saying(/redis_version:\d/, 'redis_version:6'));
    expect(await found({ urls: [`redis://127.0.0.1:${proxy.port}`] })).toEqual([
      'error redis_too_old',
    ]);
    await proxy.close();
  });

  it('is that it wants another password', async () => {
    const guarded = await ownRedisPart({ requirepass: 'a password' });
    const url = new URL(guarded.url);
    expect(await found({ urls: [url.href] })).toEqual([]);
    url.password = '';
    expect(await found({ urls: [url.href] })).toEqual(['error redis_refuses']);
    url.password = 'wrong';
    expect(await found({ urls: [url.href] })).toEqual(['error redis_refuses']);
    await guarded.stop();
  });

  it('is that it lets this user use no channel', async () => {
    expect(await found({ urls: [await withoutChannels(redis.url)] })).toEqual([
      'error redis_refuses',
    ]);
  });

  it('is that it drops keys when it is full', async () => {
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    expect(await found({ urls: [redis.url] })).toEqual(['warning redis_evicts']);
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
  });

  it('is that it is full, where it drops nothing', async () => {
    await admin.config('SET', 'maxmemory', '500kb');
    expect(await found({ urls: [redis.url] })).toEqual(['error redis_full']);
    await admin.config('SET', 'maxmemory', '1gb');
    expect(await found({ urls: [redis.url] })).toEqual([]);
    await admin.config('SET', 'maxmemory', '0');
  });

  it('is that it takes no writes', async () => {
    await admin.replicaof('127.0.0.1', 1);
    expect(await found({ urls: [redis.url] })).toEqual(['error redis_read_only']);
    await admin.replicaof('NO', 'ONE');
  });

  it('is that it is no cluster', async () => {
    expect(await found({ urls: [redis.url], cluster: true })).toEqual([
      'error redis_is_no_cluster',
    ]);
  });
});

describe('what an operator is told of a cluster', needs('ownRedis'), () => {
  let cluster: RedisClusterPart;
  beforeAll(async () => void (cluster = await redisClusterPart()));
  afterAll(() => cluster.stop());
  const url = (at: number): string => cluster.nodes[at]?.url ?? '';

  it('is nothing when all is well, whichever node was named', async () => {
    for (const at of [0, 5]) expect(await found({ urls: [url(at)], cluster: true })).toEqual([]);
  });

  it('is that it is one', async () => {
    expect(await found({ urls: [url(0)] })).toEqual(['error redis_is_a_cluster']);
  });

  it('is that it lets this user use no channel', async () => {
    const urls = [await withoutChannels(url(0))] as const;
    expect(await found({ urls, cluster: true })).toEqual(['error redis_refuses']);
  });

  it('is that it does not serve everything', async () => {
    const roles = await Promise.all(cluster.nodes.map((node) => node.isMaster()));
    const left = url(roles.indexOf(true));
    await Promise.all(cluster.nodes.filter((node) => node.url !== left).map((node) => node.kill()));
    let codes: readonly string[] = [];
    await eventually(async () => {
      codes = await found({ urls: [left], cluster: true });
      return codes.includes('error redis_cluster_down');
    });
    expect(codes).toEqual(['error redis_cluster_down']);
  });
});
