import { describe, expect } from 'vitest';
import { aBundle, aStockedDevice, someBundles } from '../../builders/bundle.ts';
import { aDeviceRef, anInstant } from '../../builders/ids.ts';
import { plain } from '../plain.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { claimOne, drain, refsOf, suite } from './steps.ts';

export function claiming(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('claiming', () => {
    it('gives one bundle per device, in the order asked, leaving out devices that have none', async ({
      stores: { keys },
    }) => {
      const [a, b, c] = [aBundle(), aBundle(), aBundle()];
      const one = await aStockedDevice(keys, { oneTime: [a, ...someBundles(2)] });
      const two = await aStockedDevice(keys, { lastResort: b });
      const three = await aStockedDevice(keys, { oneTime: [c] });
      const none = aDeviceRef();
      const claimed = await keys.claim(
        [three.device, none, one.device, two.device],
        suite,
        anInstant,
      );
      expect(plain(claimed)).toEqual(
        plain([
          { ...c, device: three.device, lastResort: false },
          { ...a, device: one.device, lastResort: false },
          { ...b, device: two.device, lastResort: true },
        ]),
      );
      expect(await keys.claim([], suite, anInstant)).toEqual([]);
    });

    it('takes the bundles in the order of upload', async ({ stores: { keys } }) => {
      const [first, second] = [someBundles(4), someBundles(3)];
      const upload = await aStockedDevice(keys, { oneTime: first });
      await keys.upload({ ...upload, oneTime: second });
      expect(await drain(keys, upload.device)).toEqual(refsOf([...first, ...second]));
    });

    it('hands out each one-time bundle once (G11)', async ({ stores: { keys } }) => {
      const oneTime = someBundles(5);
      const { device } = await aStockedDevice(keys, { oneTime });
      const refs = await drain(keys, device);
      expect(new Set(refs).size).toBe(5);
      expect(await claimOne(keys, device)).toBeNull();
      expect(await keys.stock(device, suite, anInstant)).toMatchObject({
        oneTime: 0,
        lastResort: 'absent',
      });
    });

    it('shows in the stock as soon as it is answered (G12)', async ({ stores: { keys } }) => {
      const { device } = await aStockedDevice(keys, { oneTime: someBundles(2) });
      await claimOne(keys, device);
      expect(await keys.stock(device, suite, anInstant)).toMatchObject({ oneTime: 1 });
    });

    it('never gives a bundle from its expiry on', async ({ stores: { keys } }) => {
      const [short, long] = [
        aBundle({ expiresAt: anInstant + 10 }),
        aBundle({ expiresAt: anInstant + 20 }),
      ];
      const { device } = await aStockedDevice(keys, {
        oneTime: [short, long],
        lastResort: aBundle({ expiresAt: anInstant + 30 }),
      });
      expect(await keys.stock(device, suite, anInstant + 9)).toMatchObject({ oneTime: 2 });
      expect(await keys.stock(device, suite, anInstant + 10)).toMatchObject({
        oneTime: 1,
        lastResort: 'fresh',
      });
      expect((await claimOne(keys, device, anInstant + 19))?.ref).toBe(long.ref);
      expect((await claimOne(keys, device, anInstant + 29))?.lastResort).toBe(true);
      expect(await claimOne(keys, device, anInstant + 30)).toBeNull();
      expect(await keys.stock(device, suite, anInstant + 30)).toMatchObject({
        oneTime: 0,
        lastResort: 'absent',
      });
      expect((await keys.refs(device, suite, anInstant + 30)).lastResort).toBeNull();
    });
  });
}
