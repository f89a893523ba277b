import { memoryStores } from '@sealpost/adapter-memory';
import {
  aBundle,
  aCertifiedDevice,
  aLinkedDevice,
  anUpload,
  aPendingDevice,
  many,
  RecordedFanOut,
  someBundles,
  TallyMeter,
  TestTime,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import type { DeviceRef } from '../shared/ids.ts';
import { defaultLimits, type Limits } from '../shared/limits.ts';
import { ClaimBundles } from './claim-bundles.ts';

async function aWorld(given: Partial<Limits> = {}) {
  const stores = memoryStores();
  const ports = {
    ...stores,
    fanOut: new RecordedFanOut(),
    clock: new TestTime(),
    meter: new TallyMeter(),
    limits: { ...defaultLimits, ...given },
  };
  const [ann, bob] = [await aCertifiedDevice(stores), await aCertifiedDevice(stores)];
  const second = { account: bob.account, device: await aLinkedDevice(stores, bob) };
  const claims = new ClaimBundles(ports);
  const claim = (
    caller: DeviceRef,
    accounts: readonly string[],
    only: readonly string[] | null = null,
  ) => claims.execute(caller, { suite: 'plain-1', accounts, only });
  const stock = (device: DeviceRef, oneTime: number, lastResort = false) =>
    stores.keys.upload(
      anUpload({
        device,
        oneTime: someBundles(oneTime),
        lastResort: lastResort ? aBundle() : null,
      }),
    );
  const left = async (device: DeviceRef) =>
    (await stores.keys.stock(device, 'plain-1', ports.clock.now())).oneTime;
  return { ...ports, ann, bob, second, claim, stock, left };
}
const devicesOf = (result: Awaited<ReturnType<ClaimBundles['execute']>>) =>
  result.ok ? result.value.bundles.map(({ device }) => device) : result.error;

describe('claiming bundles', () => {
  it('gives one for every certified device of the accounts, the caller’s other devices too, and says who has none', async () => {
    const { devices, ann, bob, second, claim, stock, left, ...stores } = await aWorld();
    const other = {
      account: ann.account,
      device: await aLinkedDevice({ ...stores, devices }, ann),
    };
    await aPendingDevice({ ...stores, devices }, bob.account);
    for (const device of [ann, bob, other]) await stock(device, 2);
    const result = await claim(ann, [bob.account, ann.account, bob.account]);
    expect(devicesOf(result)).toEqual(expect.arrayContaining([bob, other]));
    expect(result.ok && [result.value.bundles.length, result.value.without]).toEqual([2, [second]]);
    expect([await left(ann), await left(bob), await left(other)]).toEqual([2, 1, 1]);
  });

  it('gives only for the devices that are named', async () => {
    const { ann, bob, second, claim, stock, left } = await aWorld();
    await stock(bob, 1);
    await stock(second, 1);
    expect(devicesOf(await claim(ann, [bob.account], [second.device, 'nowhere']))).toEqual([
      second,
    ]);
    expect(await left(bob)).toBe(1);
    expect(devicesOf(await claim(ann, [bob.account], []))).toEqual([]);
  });

  it('tells each device and the operator, the last resort by its name (G12)', async () => {
    const { fanOut, meter, ann, bob, claim, stock } = await aWorld();
    await stock(bob, 1, true);
    await claim(ann, [bob.account], [bob.device]);
    await claim(ann, [bob.account], [bob.device]);
    await claim(ann, [bob.account], [bob.device]);
    expect(fanOut.notices).toEqual(many(3, () => ({ kind: 'stock_changed', ...bob })));
    expect([meter.of('bundles_claimed'), meter.of('last_resort_claimed')]).toEqual([1, 2]);
  });

  it('is for certified devices', async () => {
    const { devices, ann, bob, claim, stock, left } = await aWorld();
    await stock(bob, 1);
    const notCertified = { ok: false, error: { code: 'not_certified' } };
    expect(await claim({ ...ann, device: 'nowhere' }, [bob.account])).toEqual(notCertified);
    await devices.revoke(ann.device, { now: 0, taskId: 'task' });
    expect(await claim(ann, [bob.account])).toEqual(notCertified);
    expect(await left(bob)).toBe(1);
  });

  it('spends nothing when one of the accounts takes nothing from the caller, blocking or deleted alike', async () => {
    const { accounts, ann, bob, claim, stock, left, ...stores } = await aWorld();
    const cat = await aCertifiedDevice({ ...stores, accounts });
    for (const device of [bob, cat]) await stock(device, 1);
    await accounts.block(bob.account, ann.account);
    const notAccepting = { ok: false, error: { code: 'not_accepting', accounts: [bob.account] } };
    expect(await claim(ann, [cat.account, bob.account])).toEqual(notAccepting);
    expect([await left(bob), await left(cat)]).toEqual([1, 1]);
    expect((await claim(bob, [ann.account])).ok).toBe(true);
    await accounts.unblock(bob.account, ann.account);
    await accounts.delete(bob.account, { now: 0, handleFreeAt: 0, taskId: 'task' });
    expect(await claim(ann, [cat.account, bob.account])).toEqual(notAccepting);
    expect(await left(cat)).toBe(1);
  });

  it('spends nothing beyond the devices that a conversation takes', async () => {
    const { ann, bob, second, claim, stock, left } = await aWorld({ devicesPerConversation: 1 });
    await stock(bob, 1);
    expect(await claim(ann, [bob.account])).toEqual({
      ok: false,
      error: { code: 'too_many_devices', limit: 1 },
    });
    expect(await left(bob)).toBe(1);
    expect(devicesOf(await claim(ann, [bob.account], [bob.device, second.account]))).toEqual([bob]);
  });

  it('hands each one-time bundle out once, however many claim at once (G11)', async () => {
    const { ann, bob, claim, stock } = await aWorld();
    await stock(bob, 10);
    const results = await Promise.all(many(16, () => claim(ann, [bob.account], [bob.device])));
    const refs = results.flatMap((result) =>
      result.ok ? result.value.bundles.map(({ ref }) => ref) : [],
    );
    expect([refs.length, new Set(refs).size]).toEqual([10, 10]);
    expect(results.filter((result) => result.ok && result.value.without.length === 1)).toHaveLength(
      6,
    );
  });
});
