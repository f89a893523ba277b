import { describe, expect } from 'vitest';
import type { ClaimedBundle } from '@sealpost/domain';
import { aBundle, anUpload, aStockedDevice, someBundles } from '../../builders/bundle.ts';
import { anInstant, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { claimOne, drain, refsOf, suite } from './steps.ts';

const callers = 16;
const oneTimeRefs = (claimed: readonly ClaimedBundle[]): string[] =>
  refsOf(claimed.filter(({ lastResort }) => !lastResort));

export function racingClaims(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe(`${callers} and more callers at once`, () => {
    it('get every one-time bundle once, and none less, before the last resort (G11, G12)', async ({
      stores: { keys },
    }) => {
      const oneTime = someBundles(callers);
      const { device } = await aStockedDevice(keys, { oneTime, lastResort: aBundle() });
      const claimed = (
        await Promise.all(many(callers + 8, () => keys.claim([device], suite, anInstant)))
      ).flat();
      expect(claimed).toHaveLength(callers + 8);
      expect(oneTimeRefs(claimed).toSorted()).toEqual(refsOf(oneTime).toSorted());
    });

    it('never fall to the last resort while bundles last (G12)', async ({ stores: { keys } }) => {
      const { device } = await aStockedDevice(keys, {
        oneTime: someBundles(callers * 2),
        lastResort: aBundle(),
      });
      const claimed = (
        await Promise.all(many(callers * 2, () => keys.claim([device], suite, anInstant)))
      ).flat();
      expect(new Set(oneTimeRefs(claimed)).size).toBe(callers * 2);
      expect(await keys.stock(device, suite, anInstant)).toMatchObject({
        oneTime: 0,
        lastResort: 'fresh',
      });
    });

    it('claim of many devices in different orders without loss (G11)', async ({
      stores: { keys },
    }) => {
      const uploads = await Promise.all(
        many(6, () => aStockedDevice(keys, { oneTime: someBundles(12), lastResort: aBundle() })),
      );
      const devices = uploads.map(({ device }) => device);
      const claimed = await Promise.all(
        many(callers, (caller) =>
          keys.claim(
            [...devices.slice(caller % 6), ...devices.slice(0, caller % 6)],
            suite,
            anInstant,
          ),
        ),
      );
      expect(claimed.map(({ length }) => length)).toEqual(many(callers, () => 6));
      expect(oneTimeRefs(claimed.flat()).toSorted()).toEqual(
        refsOf(uploads.flatMap(({ oneTime }) => oneTime)).toSorted(),
      );
    });

    it('claim beside uploads of the same bundles without getting one twice (G11)', async ({
      stores: { keys },
    }) => {
      const oneTime = someBundles(24);
      const upload = await aStockedDevice(keys, { oneTime });
      const claims = many(callers * 2, () => keys.claim([upload.device], suite, anInstant));
      const uploads = many(callers, (caller) =>
        keys.upload({ ...upload, oneTime: oneTime.slice(caller, caller + 4) }),
      );
      const claimed = (await Promise.all(claims)).flat();
      const outcomes = await Promise.all(uploads);
      expect(outcomes.every(({ code }) => code === 'stored' || code === 'spent')).toBe(true);
      const all = [...refsOf(claimed), ...(await drain(keys, upload.device))];
      expect(all.toSorted()).toEqual(refsOf(oneTime).toSorted());
    });

    it('upload no more than the limit between them', async ({ stores: { keys } }) => {
      const { device } = anUpload();
      const outcomes = await Promise.all(
        many(callers, () => keys.upload(anUpload({ device, oneTime: someBundles(4), limit: 20 }))),
      );
      expect(outcomes.filter(({ code }) => code === 'stored')).toHaveLength(5);
      expect(outcomes.filter(({ code }) => code === 'too_many')).toHaveLength(callers - 5);
      expect(await keys.stock(device, suite, anInstant)).toMatchObject({ oneTime: 20 });
    });

    it('upload the same bundles once', async ({ stores: { keys } }) => {
      const upload = anUpload({ oneTime: someBundles(10), lastResort: aBundle() });
      const outcomes = await Promise.all(many(callers, () => keys.upload(upload)));
      expect(outcomes.map(({ code }) => code)).toEqual(many(callers, () => 'stored'));
      expect(await drain(keys, upload.device)).toEqual(refsOf(upload.oneTime));
    });

    it('get nothing from before a restore once it is answered (G11)', async ({
      stores: { keys },
    }) => {
      const upload = await aStockedDevice(keys, { oneTime: someBundles(40) });
      const before = many(callers, () => keys.claim([upload.device], suite, anInstant));
      await keys.voidOneTime();
      expect(await claimOne(keys, upload.device)).toBeNull();
      const refs = refsOf((await Promise.all(before)).flat());
      expect(new Set(refs).size).toBe(refs.length);
      expect(await keys.upload(upload)).toMatchObject({
        code: 'spent',
        refs: expect.arrayContaining(refsOf(upload.oneTime)),
      });
    });
  });
}
