import { aFoundingAppend, anInstant, aConversationId, many } from '@sealpost/testing';
import { needs, type OwnRedisPart, ownRedisPart } from '@sealpost/testing/parts';
import type { EntriesHint } from '@sealpost/domain';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { aHint, aPair } from './support/pair.ts';
import { aPrefix, RedisProcess } from './support/redis-process.ts';

const hintWith = (bytes: number): EntriesHint => {
  const { draft } = aFoundingAppend();
  const parts = [{ audience: 'all' as const, bytes: new Uint8Array(bytes).fill(7) }];
  const entries = [{ ...draft, parts, seq: 1, acceptedAt: anInstant, loud: 0 }];
  return { conversation: draft.conversation, from: 1, to: 1, version: 1, entries };
};

describe('hints through Redis', needs('ownRedis'), () => {
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
  const pair = (prefix = aPrefix()) => aPair({ urls: [redis.url], prefix });
  const publishes = async (): Promise<number> =>
    Number(/cmdstat_publish:calls=(\d+)/.exec(await admin.info('commandstats'))?.[1] ?? 0);

  it('bring small entries along, and of large ones where to read', async () => {
    const { here, there, stop } = await pair();
    const [small, large] = [hintWith(1_000), hintWith(100_000)];
    here.parts.fanOut.publish(small);
    here.parts.fanOut.publish(large);
    await eventually(() => there.hints.length === 2);
    expect(there.hints).toEqual([small, { ...large, entries: null }]);
    expect(here.hints).toEqual([small, large]);
    await stop();
  });

  it('bring no entries along while nobody else listens, and do again from the second one on that somebody heard', async () => {
    const prefix = aPrefix();
    const aProcess = () => new RedisProcess({ urls: [redis.url], prefix });
    const [here, there] = [aProcess(), aProcess()];
    const [unheard, first, second] = [hintWith(1_000), hintWith(1_000), hintWith(1_000)];
    await here.listen();
    here.parts.fanOut.publish(unheard);
    await here.parts.health();
    await there.listen();
    here.parts.fanOut.publish(first);
    await eventually(() => there.hints.length === 1);
    here.parts.fanOut.publish(second);
    await eventually(() => there.hints.length === 2);
    expect(there.hints).toEqual([{ ...first, entries: null }, second]);
    expect(here.hints).toEqual([unheard, first, second]);
    await Promise.all([here.parts.stop(), there.parts.stop()]);
  });

  it('of thousands of conversations at once arrive in order, in few messages', async () => {
    const { here, there, stop } = await pair();
    const [hints, before] = [many(5_000, aHint), await publishes()];
    for (const hint of hints) here.parts.fanOut.publish(hint);
    await eventually(() => there.hints.length >= hints.length);
    expect(there.hints).toEqual(hints);
    expect((await publishes()) - before).toBeLessThan(20);
    await stop();
  });

  it('of one conversation that gather become one, with its entries', async () => {
    const { here, there, stop } = await pair();
    const hint = aHint();
    for (let seq = 1; seq <= 500; seq++)
      here.parts.fanOut.publish({ ...hint, from: seq, to: seq, version: seq < 9 ? 1 : 9 });
    await eventually(() => there.hints.some(({ to }) => to === 500));
    expect(there.hints.length).toBeLessThan(10);
    expect(Math.min(...there.hints.map(({ from }) => from))).toBe(1);
    expect(there.hints.at(-1)?.version).toBe(9);
    await stop();
  });

  it('that Redis does not take fail nothing, are counted, and are told of', async () => {
    const { here, there, stop } = await pair();
    // As a server without memory or rights does: the command fails, the connection stays.
    await admin.acl('SETUSER', 'default', '-publish');
    for (const hint of many(3, aHint)) here.parts.fanOut.publish(hint);
    await eventually(() => here.meter.of('hints_lost') >= 3);
    expect(here.faults[0]).toMatchObject({ operation: 'publish', detail: 'NOPERM' });
    expect(there).toMatchObject({ hints: [], breaks: 0 });
    await admin.acl('SETUSER', 'default', '+publish');
    await eventually(() => there.breaks > 0);
    expect(there.hints).toEqual([]);
    await stop();
  });

  it('that are not heard are told of until they are, although Redis answers', async () => {
    const { here, stop } = await pair();
    const codes = async () => (await here.parts.examine()).map(({ code }) => code);
    expect(await codes()).toEqual([]);
    let isOver = false;
    const cutting = (async () => {
      while (!isOver) await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    })();
    await eventually(async () => (await codes()).includes('redis_not_heard'));
    isOver = true;
    await cutting;
    await eventually(async () => (await codes()).length === 0);
    await stop();
  });

  it('of strangers are counted and change nothing', async () => {
    const prefix = aPrefix();
    const { here, there, stop } = await pair(prefix);
    for (const payload of ['hello', '', '\u0000', '{"a":1}', 'x'.repeat(100_000)])
      await admin.publish(`${prefix}:hints`, payload);
    const hint = aHint();
    here.parts.fanOut.publish(hint);
    await eventually(() => there.hints.length > 0);
    expect(there.hints).toEqual([hint]);
    expect(there.meter.of('hints_unreadable')).toBe(5);
    expect(there.faults).toEqual([]);
    await stop();
  });

  it('stay in their deployment', async () => {
    const [one, other] = [await pair(), await pair()];
    const hint = { ...aHint(), conversation: aConversationId() };
    one.here.parts.fanOut.publish(hint);
    await eventually(() => one.there.hints.length > 0);
    await admin.ping();
    expect(other.there.hints).toEqual([]);
    await one.stop();
    await other.stop();
  });
});
