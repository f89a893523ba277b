import { describe, expect } from 'vitest';
import type { Bundle, KeyDirectory, Upload } from '@sealpost/domain';
import { aBundle, aStockedDevice, someBundles } from '../../builders/bundle.ts';
import { aDeviceRef, anInstant } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { claimOne, drain, refsOf, suite } from './steps.ts';

/** Expects that an upload of these bundles, beside a fresh one, is refused as a whole and names just them. */
async function expectSpent(
  keys: KeyDirectory,
  upload: Upload,
  bundles: readonly Bundle[],
): Promise<void> {
  const before = await keys.refs(upload.device, suite, upload.now);
  const outcome = await keys.upload({
    ...upload,
    oneTime: [aBundle(), ...bundles],
    lastResort: aBundle(),
  });
  expect(outcome).toEqual({ code: 'spent', refs: expect.any(Array) });
  expect(outcome.code === 'spent' && [...outcome.refs].toSorted()).toEqual(
    refsOf(bundles).toSorted(),
  );
  expect(await keys.refs(upload.device, suite, upload.now)).toEqual(before);
}

export function spending(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('a bundle can never come back', () => {
    it('after it was handed out (G11)', async ({ stores: { keys } }) => {
      const [a, b, c] = [aBundle(), aBundle(), aBundle()];
      const upload = await aStockedDevice(keys, { oneTime: [a, b, c] });
      await claimOne(keys, upload.device);
      await claimOne(keys, upload.device);
      await expectSpent(keys, upload, [a, b]);
      expect(await keys.upload({ ...upload, lastResort: a })).toMatchObject({ code: 'spent' });
      expect(await drain(keys, upload.device)).toEqual([c.ref]);
    });

    it('until it expires, whatever expiry it is given then (G11)', async ({ stores: { keys } }) => {
      const bundle = aBundle({ expiresAt: anInstant + 100 });
      const upload = await aStockedDevice(keys, { oneTime: [bundle] });
      await claimOne(keys, upload.device);
      await expectSpent(keys, { ...upload, now: anInstant + 99 }, [
        { ...bundle, expiresAt: anInstant + 1000 },
      ]);
    });

    it('after it was used as last resort and replaced (G11)', async ({ stores: { keys } }) => {
      const used = aBundle();
      const upload = await aStockedDevice(keys, { lastResort: used });
      await claimOne(keys, upload.device);
      await expectSpent(keys, upload, [used]);
      await keys.upload({ ...upload, lastResort: aBundle() });
      await expectSpent(keys, upload, [used]);
      expect(await keys.upload({ ...upload, lastResort: used })).toEqual({
        code: 'spent',
        refs: [used.ref],
      });
    });

    it('after its device was dropped (G11)', async ({ stores: { keys } }) => {
      const [oneTime, lastResort] = [someBundles(2), aBundle()];
      const upload = await aStockedDevice(keys, { oneTime, lastResort });
      await keys.upload({
        ...upload,
        suite: 'other suite',
        oneTime: someBundles(1),
        lastResort: aBundle(),
      });
      const other = await aStockedDevice(keys, {
        device: aDeviceRef(upload.device.account),
        oneTime: someBundles(1),
      });
      await keys.drop(upload.device);
      expect(await keys.claim([upload.device], suite, anInstant)).toEqual([]);
      expect(await keys.claim([upload.device], 'other suite', anInstant)).toEqual([]);
      expect(await keys.stock(upload.device, suite, anInstant)).toMatchObject({
        oneTime: 0,
        lastResort: 'absent',
      });
      await expectSpent(keys, upload, [...oneTime, lastResort]);
      expect(await keys.stock(other.device, suite, anInstant)).toMatchObject({ oneTime: 1 });
    });

    it('after a restore voided it (G11)', async ({ stores: { keys } }) => {
      const oneTime = someBundles(3);
      const upload = await aStockedDevice(keys, { oneTime, lastResort: aBundle() });
      await keys.voidOneTime();
      await expectSpent(keys, upload, oneTime);
    });
  });

  describe('a restore', () => {
    it('voids every one-time bundle of every device and suite, and no last resort (G11)', async ({
      stores: { keys },
    }) => {
      const lastResort = aBundle();
      const one = await aStockedDevice(keys, { oneTime: someBundles(3), lastResort });
      const other = await aStockedDevice(keys, { suite: 'other suite', oneTime: someBundles(3) });
      await keys.voidOneTime();
      expect(await claimOne(keys, one.device)).toMatchObject({
        ref: lastResort.ref,
        lastResort: true,
      });
      expect(await keys.claim([other.device], 'other suite', anInstant)).toEqual([]);
      expect((await keys.refs(one.device, suite, anInstant)).oneTime).toEqual([]);
    });

    it('starts a new directory epoch, which every stock names (G11)', async ({
      stores: { keys },
    }) => {
      const { device } = await aStockedDevice(keys, { oneTime: someBundles(1) });
      const before = (await keys.stock(device, suite, anInstant)).directoryEpoch;
      const epoch = await keys.voidOneTime();
      expect(epoch).toBeGreaterThan(before);
      expect((await keys.stock(device, suite, anInstant)).directoryEpoch).toBe(epoch);
      expect((await keys.stock(aDeviceRef(), suite, anInstant)).directoryEpoch).toBe(epoch);
      expect(await keys.voidOneTime()).toBeGreaterThan(epoch);
    });

    it('lets devices refill with fresh bundles', async ({ stores: { keys } }) => {
      const upload = await aStockedDevice(keys, { oneTime: someBundles(3) });
      const directoryEpoch = await keys.voidOneTime();
      const oneTime = someBundles(2);
      expect(await keys.upload({ ...upload, oneTime })).toMatchObject({
        code: 'stored',
        stock: { oneTime: 2, directoryEpoch },
      });
      expect(await drain(keys, upload.device)).toEqual(refsOf(oneTime));
    });
  });
}
