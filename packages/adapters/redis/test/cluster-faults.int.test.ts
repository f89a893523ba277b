import { needs, redisClusterPart, type RedisClusterPart } from '@sealpost/testing/parts';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisOptions } from '../src/index.ts';
import { eventually } from './support/eventually.ts';
import { aPair, areWell } from './support/pair.ts';
import { aPrefix } from './support/redis-process.ts';

describe('processes on a cluster that changes', needs('ownRedis'), () => {
  let cluster: RedisClusterPart;
  beforeAll(async () => void (cluster = await redisClusterPart()));
  afterAll(() => cluster.stop());

  const options = (): RedisOptions => {
    const [first = '', ...others] = cluster.nodes.map(({ url }) => url);
    return { urls: [first, ...others], cluster: true, prefix: aPrefix(), checkMs: 1_000 };
  };

  it('hear each other on every channel, through channels of all masters', async () => {
    const prefix = aPrefix();
    const { here, there, stop } = await aPair({ ...options(), prefix });
    await areWell(here, there);
    const channels = await Promise.all(
      cluster.nodes.map(async (node) => {
        const redis = new Redis(node.url);
        const names = (await redis.call('PUBSUB', 'SHARDCHANNELS', `${prefix}*`)) as string[];
        redis.disconnect();
        return (await node.isMaster()) ? names.length : 0;
      }),
    );
    expect(channels.reduce((sum, count) => sum + count, 0)).toBe(16);
    expect(channels.filter((count) => count > 0)).toHaveLength(3);
    await stop();
  });

  it('follow their channels when a master hands them over, and hear of a break (G5)', async () => {
    const { here, there, stop } = await aPair(options());
    await areWell(here, there);
    const roles = await Promise.all(cluster.nodes.map((node) => node.isMaster()));
    const replica = cluster.nodes[roles.indexOf(false)];
    const redis = new Redis(replica?.url ?? '');
    await redis.cluster('FAILOVER');
    redis.disconnect();
    await eventually(async () => (await replica?.isMaster()) === true);
    await eventually(() => here.breaks > 0 && there.breaks > 0);
    await areWell(here, there);
    expect(await here.parts.health()).toEqual({ answers: true, listens: true });
    await stop();
  });

  it('go on at the replica of a master that is killed, and hear of a break (G5, G15)', async () => {
    const { here, there, stop } = await aPair(options());
    await areWell(here, there);
    const roles = await Promise.all(cluster.nodes.map((node) => node.isMaster()));
    const master = cluster.nodes[roles.indexOf(true)];
    await master?.kill();
    await eventually(() => here.breaks > 0 && there.breaks > 0);
    await areWell(here, there);
    expect(await here.parts.health()).toEqual({ answers: true, listens: true });
    await master?.restart();
    await eventually(async () => !(await master?.isMaster()));
    await areWell(here, there);
    await stop();
  });

  it('start while the whole cluster is gone, and go on when it is back', async () => {
    await Promise.all(cluster.nodes.map((node) => node.kill()));
    const { here, there, stop } = await aPair(options());
    expect(await here.parts.health()).toEqual({ answers: false, listens: false });
    await Promise.all(cluster.nodes.map((node) => node.restart()));
    await eventually(() => here.breaks > 0 && there.breaks > 0);
    await areWell(here, there);
    expect(await here.parts.health()).toEqual({ answers: true, listens: true });
    await stop();
  });
});
