import { readFileSync } from 'node:fs';
import { testRates } from '@sealpost/testing';
import { expect, it } from 'vitest';
import { aPair, aHint, areWell } from './support/pair.ts';
import { aPrefix } from './support/redis-process.ts';
import { describeOnEach } from './support/test-redis.ts';

const page = readFileSync(new URL('../../../../docs/metadata.md', import.meta.url), 'utf8');
/** Rows of the page whose first cell is a key of Redis, with an answer in each other cell. */
const rows = [...page.matchAll(/^\| *`(\{?sealpost:[^`]+)` *\|([^|]+\S *\|){3}\s*$/gm)].map(
  ([, key = '']) => key,
);

describeOnEach((name, redis) => {
  it(`holds no key but those that docs/metadata.md tells of, all of these, and gives all to an audit: ${name}`, async () => {
    const prefix = aPrefix();
    const { here, there, stop } = await aPair(redis.options(prefix));
    await areWell(here, there);
    const device = { account: 'an account', device: 'a device', serial: 1 };
    for (const [process, agoMs] of [
      ['one', 9],
      ['another', 0],
    ] as const)
      await here.parts.presence.hold(process, {
        leaseMs: 30_000,
        opened: [{ ...device, agoMs }],
        ended: [],
      });
    const limiter = here.parts.rateLimiter(testRates);
    for (const _ of [1, 2]) await limiter.take('slow', 'a', 1);
    here.parts.fanOut.publish(aHint());
    const values = new Set<string>();
    for await (const { column, value } of here.parts.everyValue())
      values.add(`${column} ${Buffer.from(value).toString()}`);
    await stop();
    for (const key of await redis.keys(prefix)) expect(values).toContain(`key ${key}`);
    expect([...values].some((value) => value.includes('an account'))).toBe(true);
    expect(values.has('value another')).toBe(true);
    const keys = (await redis.keys(prefix)).map((key) =>
      key
        .replace(prefix, 'sealpost')
        .replace(/:(holds|gone):.*$/, ':$1:PROCESS')
        .replace(/:limits:[^:]+:([^:]+):.*$/, ':limits:LIMITER:$1:HASH'),
    );
    expect([...new Set(keys)].toSorted()).toEqual(rows.toSorted());
  });
});
