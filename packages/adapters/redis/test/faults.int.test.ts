import { setTimeout as sleep } from 'node:timers/promises';
import { AdapterFailure, type EntriesHint } from '@sealpost/domain';
import { many, testRates } from '@sealpost/testing';
import { needs, type OwnRedisPart, ownRedisPart } from '@sealpost/testing/parts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { aHint, aPair, areWell, everyCall } from './support/pair.ts';
import { aPrefix } from './support/redis-process.ts';

const answerMs = 500;
/** How a call ended and after how long. */
async function timed(call: Promise<unknown>): Promise<{ detail: unknown; ms: number }> {
  const began = performance.now();
  const detail = await call.then(
    () => 'answered',
    (fault: unknown) => (fault instanceof AdapterFailure ? fault.detail : fault),
  );
  return { detail, ms: performance.now() - began };
}

describe('processes whose Redis fails', needs('ownRedis'), () => {
  let redis: OwnRedisPart;
  beforeAll(async () => void (redis = await ownRedisPart()));
  beforeEach(() => redis.restart());
  afterAll(() => redis.stop());

  const pair = () => aPair({ urls: [redis.url], prefix: aPrefix(), answerMs, checkMs: 500 });

  it('lose nothing without a word when it is killed under load and comes back empty (G5, G15)', async () => {
    const { here, there, stop } = await pair();
    const published: EntriesHint[] = [];
    let isOver = false;
    const load = (async () => {
      while (!isOver) {
        for (const hint of many(20, aHint)) {
          published.push(hint);
          here.parts.fanOut.publish(hint);
        }
        await Promise.allSettled(everyCall(here));
        await sleep(2);
      }
    })();
    await eventually(() => there.hints.length > 500);
    await redis.kill();
    await eventually(async () => {
      const { answers, listens } = await here.parts.health();
      return !answers && !listens;
    });
    await sleep(1_000);
    await redis.restart();
    await eventually(() => here.breaks > 0 && there.breaks > 0);
    isOver = true;
    await load;
    await areWell(here, there);
    // Here all arrived; there all but those of before the break.
    expect(here.hints.length).toBeGreaterThanOrEqual(published.length);
    expect(here.meter.of('hints_lost')).toBeGreaterThan(0);
    await stop();
  });

  it('get an answer in time while it hangs, and go on when it goes on', async () => {
    const { here, there, stop } = await pair();
    await areWell(here, there);
    redis.pause();
    for (const _ of [1, 2, 3]) {
      for (const { detail, ms } of await Promise.all(everyCall(here).map(timed))) {
        expect(detail).not.toBe('answered');
        expect(ms).toBeLessThan(answerMs + 2_000);
      }
      here.parts.fanOut.publish(aHint());
    }
    expect(await here.parts.health()).toMatchObject({ answers: false });
    await eventually(async () => !(await there.parts.health()).listens);
    redis.resume();
    await areWell(here, there);
    expect(here.breaks).toBeGreaterThan(0);
    expect(there.breaks).toBeGreaterThan(0);
    await stop();
  });

  it('start without it, and hear of a break when it is there', async () => {
    await redis.kill();
    const { here, there, stop } = await pair();
    for (const { detail, ms } of await Promise.all(everyCall(here).map(timed))) {
      expect(detail).toBe('ECONNREFUSED');
      expect(ms).toBeLessThan(answerMs + 2_000);
    }
    await redis.restart();
    await eventually(() => here.breaks > 0 && there.breaks > 0);
    await areWell(here, there);
    await stop();
  });

  it('keep a bounded number of calls and hints for it', async () => {
    const { here, stop } = await pair();
    await areWell(here, here);
    redis.pause();
    const limiter = here.parts.rateLimiter(testRates);
    const outcomes = await Promise.all(many(8_000, () => timed(limiter.take('slow', 'a', 1))));
    const details = outcomes.map(({ detail }) => detail);
    expect(details.filter((detail) => detail === 'too_many_waiting').length).toBeGreaterThan(2_500);
    for (const hint of many(25_000, aHint)) here.parts.fanOut.publish(hint);
    expect(here.meter.of('hints_lost')).toBeGreaterThan(4_000);
    redis.resume();
    await areWell(here, here);
    await stop();
  });
});
