import { inspect } from 'node:util';
import { expectSilentFailure, marker, testRates } from '@sealpost/testing';
import { needs, ownRedisPart } from '@sealpost/testing/parts';
import { describe, expect, it, vi } from 'vitest';
import { connectRedis, RedisOptionError, type RedisOptions } from '../src/index.ts';
import { aPrefix, random, RedisProcess, timers } from './support/redis-process.ts';

const everything = (value: unknown): string => inspect(value, { depth: 20, showHidden: true });
const opened = [{ account: marker, device: marker, serial: 1, agoMs: 0 }];

/** Has every call fail, and gives all that anybody could see of it. */
async function allThatIsSaid(options: RedisOptions): Promise<string> {
  const said: unknown[] = [];
  const spies = (['log', 'warn', 'error', 'info', 'debug'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation((...words) => void said.push(words)),
  );
  const process = new RedisProcess({ answerMs: 500, ...options });
  const { parts } = process;
  await process.listen();
  parts.fanOut.publish({ conversation: marker, from: 1, to: 1, version: 1, entries: null });
  await expectSilentFailure(() => parts.presence.hold(marker, { leaseMs: 1, opened, ended: [] }));
  await expectSilentFailure(() => parts.presence.online([marker]));
  await expectSilentFailure(() => parts.rateLimiter(testRates).take('slow', marker, 1));
  await vi.waitUntil(() => process.meter.of('hints_lost') > 0);
  said.push(await parts.examine(), await parts.health(), parts, process.faults);
  await parts.stop();
  for (const spy of spies) spy.mockRestore();
  expect(process.faults.length).toBeGreaterThan(0);
  return everything(said);
}

describe('secrets and values', needs('ownRedis'), () => {
  it('are in no error and nothing printed when the password is wrong', async () => {
    const redis = await ownRedisPart({ requirepass: 'another' });
    const url = new URL(redis.url);
    for (const username of ['', marker]) {
      Object.assign(url, { username, password: marker });
      expect(await allThatIsSaid({ urls: [url.href], prefix: aPrefix() })).not.toContain(marker);
    }
    await redis.stop();
  });

  it('are in no error and nothing printed when Redis wants no password', async () => {
    const redis = await ownRedisPart();
    const url = redis.url.replace('://', `://:${marker}@`);
    const process = new RedisProcess({ urls: [url], prefix: aPrefix() });
    const said: unknown[] = [];
    const spy = vi.spyOn(console, 'warn').mockImplementation((...words) => void said.push(words));
    expect(await process.parts.health()).toMatchObject({ answers: true });
    await process.parts.stop();
    spy.mockRestore();
    expect(everything(said)).not.toContain(marker);
    await redis.stop();
  });

  it('are in no error and nothing printed when nothing is there', async () => {
    const url = `redis://${marker}:${marker}@127.0.0.1:1`;
    expect(await allThatIsSaid({ urls: [url] })).not.toContain(marker);
    expect(await allThatIsSaid({ urls: [url], cluster: true })).not.toContain(marker);
  });

  it('are in no error about options', () => {
    const ports = {
      timers,
      random,
      meter: { count: () => {}, observe: () => {} },
      failed: () => {},
    };
    const wrong: RedisOptions[] = [
      { urls: [`http://:${marker}@host`] },
      { urls: [`redis://:${marker}@`] },
      { urls: [`redis://:${marker}@host/name`] },
      { urls: [marker] },
      { urls: ['redis://host'], prefix: `{${marker}}` },
      { urls: [`redis://${marker}`, `redis://${marker}`] },
    ];
    for (const options of wrong) {
      const error = (() => {
        try {
          return connectRedis(options, ports);
        } catch (refusal) {
          return refusal;
        }
      })();
      expect(error).toBeInstanceOf(RedisOptionError);
      expect(everything(error)).not.toContain(marker);
    }
  });
});
