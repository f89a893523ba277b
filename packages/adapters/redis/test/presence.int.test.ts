import { aDeviceId, anAccountId } from '@sealpost/testing';
import { expect, it } from 'vitest';
import { aPrefix, RedisProcess } from './support/redis-process.ts';
import { describeOnEach } from './support/test-redis.ts';

const opening = (account: string) => ({
  leaseMs: 30_000,
  opened: [{ account, device: aDeviceId(), serial: 1, agoMs: 0 }],
  ended: [],
});

describeOnEach((name, redis) => {
  it(`leaves nothing that does not end by itself: ${name}`, async () => {
    const prefix = aPrefix();
    const { parts } = new RedisProcess(redis.options(prefix));
    const device = { account: anAccountId(), device: aDeviceId(), serial: 1 };
    for (const [process, agoMs] of [
      ['here', 5_000],
      ['there', 0],
    ] as const)
      await parts.presence.hold(process, {
        leaseMs: 30_000,
        opened: [{ ...device, agoMs }],
        ended: [],
      });
    const keys = await redis.keys(prefix);
    expect(keys.toSorted()).toEqual(
      ['', ':gone:here', ':holds:here', ':holds:there'].map((key) => `{${prefix}:presence}${key}`),
    );
    await redis.age(prefix, 30_000 + 300_000);
    expect(await redis.keys(prefix)).toEqual([]);
    await parts.stop();
  });

  it(`tells a process that what it holds was dropped for want of memory: ${name}`, async () => {
    const prefix = aPrefix();
    const { parts } = new RedisProcess(redis.options(prefix));
    const account = anAccountId();
    await parts.presence.hold('here', opening(account));
    expect((await parts.presence.hold('here', opening(anAccountId()))).fresh).toBe(false);
    for (const master of redis.masters) {
      for (const key of await master.keys(`{${prefix}:presence}:holds:*`)) await master.del(key);
    }
    expect((await parts.presence.hold('here', opening(account))).fresh).toBe(true);
    expect(await parts.presence.online([account])).toEqual([account]);
    await parts.stop();
  });

  it(`answers for thousands of accounts and devices: ${name}`, async () => {
    const { parts } = new RedisProcess(redis.options(aPrefix()));
    const accounts = Array.from({ length: 3_500 }, () => anAccountId());
    const opened = accounts.flatMap((account) => opening(account).opened);
    await parts.presence.hold('here', { leaseMs: 30_000, opened, ended: [] });
    await parts.presence.hold('there', { leaseMs: 30_000, opened, ended: [] });
    expect(await parts.presence.online([...accounts, anAccountId()])).toEqual(accounts);
    await parts.stop();
  });
});
