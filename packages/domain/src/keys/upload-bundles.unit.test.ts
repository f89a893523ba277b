import { memoryStores } from '@sealpost/adapter-memory';
import {
  aBundle,
  aCertifiedDevice,
  aPendingDevice,
  anAccountId,
  someBundles,
  someBytes,
  testDigest,
  TestTime,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../shared/limits.ts';
import { CheckBundles, bundlesDigest } from './check-bundles.ts';
import { UploadBundles } from './upload-bundles.ts';

async function aWorld() {
  const stores = memoryStores();
  const clock = new TestTime();
  const upload = new UploadBundles({ ...stores, clock, digest: testDigest, limits: defaultLimits });
  const check = new CheckBundles(stores.keys, clock, testDigest);
  const device = await aCertifiedDevice(stores);
  const of = (oneTime = someBundles(0), lastResort: ReturnType<typeof aBundle> | null = null) =>
    upload.execute(device, 'plain-1', { oneTime, lastResort });
  return { stores, clock, upload, check, device, of };
}
const bad = (ref: string, reason: string) => ({
  ok: false,
  error: { code: 'bad_bundle', ref, reason },
});

describe('uploading bundles', () => {
  it('answers the stock', async () => {
    const { check, device, of } = await aWorld();
    const stock = { suite: 'plain-1', oneTime: 3, lastResort: 'fresh', directoryEpoch: 1 };
    expect(await of(someBundles(3), aBundle())).toEqual({ ok: true, value: stock });
    expect(await check.stock(device, 'plain-1')).toEqual(stock);
  });

  it('is for certified devices', async () => {
    const { stores, upload } = await aWorld();
    const notCertified = { ok: false, error: { code: 'not_certified' } };
    const pending = { account: anAccountId(), device: await aPendingDevice(stores, anAccountId()) };
    const nothing = { oneTime: [], lastResort: null };
    expect(await upload.execute(pending, 'plain-1', nothing)).toEqual(notCertified);
    expect(await upload.execute({ ...pending, device: 'nowhere' }, 'plain-1', nothing)).toEqual(
      notCertified,
    );
    const revoked = await aCertifiedDevice(stores);
    await stores.devices.revoke(revoked.device, { now: 0, taskId: 'task' });
    expect(await upload.execute(revoked, 'plain-1', nothing)).toEqual(notCertified);
  });

  it('takes no bundle that is not what its name says, empty, too long, expired or named twice, and then none at all', async () => {
    const { clock, check, device, of } = await aWorld();
    const good = aBundle();
    const renamed = { ...aBundle(), ref: good.ref };
    expect(await of([{ ...aBundle(), ref: 'f'.repeat(64) }])).toEqual(
      bad('f'.repeat(64), 'digest'),
    );
    expect(await of([{ ...good, ref: good.ref.toUpperCase() }])).toEqual(
      bad(good.ref.toUpperCase(), 'digest'),
    );
    expect(await of([good], renamed)).toEqual(bad(good.ref, 'repeated'));
    const empty = aBundle({ body: someBytes(0) });
    expect(await of([empty])).toEqual(bad(empty.ref, 'size'));
    const long = aBundle({ body: someBytes(defaultLimits.bundleBytes + 1) });
    expect(await of([good], long)).toEqual(bad(long.ref, 'size'));
    const expired = aBundle({ expiresAt: clock.now() });
    expect(await of([good, expired])).toEqual(bad(expired.ref, 'expired'));
    expect((await check.stock(device, 'plain-1')).oneTime).toBe(0);
    expect((await of([good, aBundle({ body: someBytes(defaultLimits.bundleBytes) })])).ok).toBe(
      true,
    );
  });

  it('takes a hundred one-time bundles at most, and none that was handed out', async () => {
    const { stores, clock, device, of } = await aWorld();
    const bundles = someBundles(100);
    expect((await of(bundles)).ok).toBe(true);
    expect(await of(someBundles(1))).toEqual({
      ok: false,
      error: { code: 'too_many', limit: 100, present: 100 },
    });
    const [claimed] = await stores.keys.claim([device], 'plain-1', clock.now());
    expect(await of(bundles)).toEqual({
      ok: false,
      error: { code: 'spent', refs: [claimed?.ref] },
    });
  });
});

describe('checking bundles', () => {
  it('gives a digest that the device can make itself, whatever the order of its uploads', async () => {
    const { check, device, of } = await aWorld();
    const bundles = someBundles(3);
    const lastResort = aBundle();
    const digestOf = (refs: string[], last: string | null) =>
      bundlesDigest(testDigest, { oneTime: refs.toSorted(), lastResort: last });
    expect(await check.digest(device, 'plain-1')).toEqual(digestOf([], null));
    await of(bundles.slice(1));
    await of(bundles.slice(0, 1), lastResort);
    const refs = bundles.map(({ ref }) => ref);
    expect(await check.digest(device, 'plain-1')).toEqual(digestOf(refs, lastResort.ref));
    expect(digestOf(refs, null)).not.toEqual(digestOf(refs, lastResort.ref));
    expect(digestOf(refs.slice(1), lastResort.ref)).not.toEqual(digestOf(refs, lastResort.ref));
  });
});
