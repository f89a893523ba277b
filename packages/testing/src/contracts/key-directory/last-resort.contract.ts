import { describe, expect } from 'vitest';
import { aBundle, aStockedDevice, someBundles } from '../../builders/bundle.ts';
import { anInstant } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { claimOne, drain, suite } from './steps.ts';

export function lastResorts(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('the last-resort bundle', () => {
    it('is handed out again and again, once no one-time bundle is left (G12)', async ({
      stores: { keys },
    }) => {
      const lastResort = aBundle();
      const { device } = await aStockedDevice(keys, { oneTime: someBundles(2), lastResort });
      const claims = [];
      for (let claim = 0; claim < 5; claim += 1) claims.push(await claimOne(keys, device));
      expect(claims.map((claimed) => claimed?.lastResort)).toEqual([
        false,
        false,
        true,
        true,
        true,
      ]);
      expect(claims.slice(2).map((claimed) => claimed?.ref)).toEqual([
        lastResort.ref,
        lastResort.ref,
        lastResort.ref,
      ]);
    });

    it('is used from its first claim until it is replaced (G12)', async ({ stores: { keys } }) => {
      const lastResort = aBundle();
      const upload = await aStockedDevice(keys, { oneTime: someBundles(1), lastResort });
      const lastResortNow = async () =>
        (await keys.stock(upload.device, suite, anInstant)).lastResort;
      await claimOne(keys, upload.device);
      expect(await lastResortNow()).toBe('fresh');
      await claimOne(keys, upload.device);
      expect(await lastResortNow()).toBe('used');
      await keys.upload({ ...upload, oneTime: [], lastResort });
      expect(await lastResortNow()).toBe('used');
      await keys.upload({ ...upload, oneTime: [], lastResort: aBundle() });
      expect(await lastResortNow()).toBe('fresh');
    });

    it('waits again while there are fresh one-time bundles', async ({ stores: { keys } }) => {
      const upload = await aStockedDevice(keys, { lastResort: aBundle() });
      expect((await claimOne(keys, upload.device))?.lastResort).toBe(true);
      const oneTime = someBundles(2);
      await keys.upload({ ...upload, oneTime, lastResort: null });
      expect(await drain(keys, upload.device)).toEqual(oneTime.map(({ ref }) => ref));
      expect((await claimOne(keys, upload.device))?.lastResort).toBe(true);
    });
  });
}
