import { describe, expect } from 'vitest';
import { aBundle, anUpload, aStockedDevice, someBundles } from '../../builders/bundle.ts';
import { someBytes } from '../../builders/bytes.ts';
import { aDeviceRef, anInstant } from '../../builders/ids.ts';
import { plain } from '../plain.ts';
import { expectSilentFailure, marker } from '../silence.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { claimOne, drain, refsOf, suite } from './steps.ts';

export function uploading(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('uploading', () => {
    it('answers what the device then has in the directory (G12)', async ({ stores: { keys } }) => {
      const upload = anUpload({ oneTime: someBundles(3), lastResort: aBundle() });
      const { directoryEpoch } = await keys.stock(upload.device, suite, anInstant);
      const stock = { suite, oneTime: 3, lastResort: 'fresh', directoryEpoch };
      expect(await keys.upload(upload)).toEqual({ code: 'stored', stock });
      expect(await keys.stock(upload.device, suite, anInstant)).toEqual(stock);
      const more = { ...upload, oneTime: someBundles(2), lastResort: null };
      expect(await keys.upload(more)).toEqual({ code: 'stored', stock: { ...stock, oneTime: 5 } });
    });

    it('keeps the bundles of each suite and device by themselves', async ({ stores: { keys } }) => {
      const upload = await aStockedDevice(keys, { oneTime: someBundles(2), lastResort: aBundle() });
      const { account, device } = upload.device;
      const nothing = { oneTime: 0, lastResort: 'absent' };
      expect(await keys.stock(upload.device, 'other suite', anInstant)).toMatchObject(nothing);
      expect(await keys.stock(aDeviceRef(account), suite, anInstant)).toMatchObject(nothing);
      expect(await keys.claim([{ account, device }], 'other suite', anInstant)).toEqual([]);
      expect(
        await keys.upload({
          ...upload,
          suite: 'other suite',
          oneTime: someBundles(1),
          lastResort: null,
        }),
      ).toMatchObject({
        stock: { suite: 'other suite', oneTime: 1, lastResort: 'absent' },
      });
      expect(await keys.stock(upload.device, suite, anInstant)).toMatchObject({
        oneTime: 2,
        lastResort: 'fresh',
      });
    });

    it('changes nothing by bundles that are present, and keeps their order', async ({
      stores: { keys },
    }) => {
      const [a, b, c, d, last] = [aBundle(), aBundle(), aBundle(), aBundle(), aBundle()];
      const upload = await aStockedDevice(keys, { oneTime: [a, b, c], lastResort: last });
      const again = { ...upload, oneTime: [c, { ...a, expiresAt: anInstant + 1 }, d] };
      expect(await keys.upload(again)).toMatchObject({
        code: 'stored',
        stock: { oneTime: 4, lastResort: 'fresh' },
      });
      expect((await claimOne(keys, upload.device))?.expiresAt).toBe(a.expiresAt);
      expect(await drain(keys, upload.device)).toEqual(refsOf([b, c, d]));
    });

    it('leaves a bundle in its place when it comes for the other place (G11)', async ({
      stores: { keys },
    }) => {
      const [oneTime, lastResort] = [aBundle(), aBundle()];
      const upload = await aStockedDevice(keys, { oneTime: [oneTime], lastResort });
      await keys.upload({ ...upload, oneTime: [lastResort], lastResort: oneTime });
      expect(await keys.refs(upload.device, suite, anInstant)).toEqual({
        oneTime: [oneTime.ref],
        lastResort: lastResort.ref,
      });
      expect(await drain(keys, upload.device)).toEqual([oneTime.ref]);
      expect(await claimOne(keys, upload.device)).toMatchObject({
        ref: lastResort.ref,
        lastResort: true,
      });
    });

    it('keeps the stored last-resort bundle unless it brings one', async ({ stores: { keys } }) => {
      const [old, next] = [aBundle(), aBundle()];
      const upload = await aStockedDevice(keys, { lastResort: old });
      await keys.upload({ ...upload, lastResort: null });
      expect((await keys.refs(upload.device, suite, anInstant)).lastResort).toBe(old.ref);
      await keys.upload({ ...upload, lastResort: next });
      expect((await keys.refs(upload.device, suite, anInstant)).lastResort).toBe(next.ref);
      expect((await claimOne(keys, upload.device))?.ref).toBe(next.ref);
    });

    it('stores nothing when the device would have too many', async ({ stores: { keys } }) => {
      const oneTime = someBundles(3);
      const upload = await aStockedDevice(keys, { oneTime, limit: 4 });
      const refused = { ...upload, oneTime: someBundles(2), lastResort: aBundle() };
      expect(await keys.upload(refused)).toEqual({ code: 'too_many', limit: 4, present: 3 });
      expect(await keys.refs(upload.device, suite, anInstant)).toEqual({
        oneTime: refsOf(oneTime).toSorted(),
        lastResort: null,
      });
      const fits = { ...upload, oneTime: [...oneTime, aBundle()] };
      expect(await keys.upload(fits)).toMatchObject({ code: 'stored', stock: { oneTime: 4 } });
      expect(await keys.upload(fits)).toMatchObject({ code: 'stored', stock: { oneTime: 4 } });
      expect(await keys.upload({ ...upload, oneTime: [aBundle()] })).toEqual({
        code: 'too_many',
        limit: 4,
        present: 4,
      });
    });

    it('counts only bundles that can still be claimed against the limit', async ({
      stores: { keys },
    }) => {
      const short = someBundles(2, { expiresAt: anInstant + 10 });
      const upload = await aStockedDevice(keys, { oneTime: [...short, aBundle()], limit: 3 });
      const next = { ...upload, oneTime: someBundles(2) };
      expect(await keys.upload(next)).toEqual({ code: 'too_many', limit: 3, present: 3 });
      expect(await keys.upload({ ...next, now: anInstant + 10 })).toMatchObject({
        code: 'stored',
        stock: { oneTime: 3 },
      });
      await claimOne(keys, upload.device, anInstant + 10);
      expect(
        await keys.upload({ ...upload, oneTime: [aBundle()], now: anInstant + 10 }),
      ).toMatchObject({ stock: { oneTime: 3 } });
    });

    it('keeps its bundles whatever becomes of the bytes that it was given or that it gave', async ({
      stores: { keys },
    }) => {
      const pool = someBytes(64, 1);
      const oneTime = [{ ...aBundle(), body: pool.subarray(16, 20) }];
      const lastResort = { ...aBundle(), body: pool.subarray(8, 12) };
      const { device } = await aStockedDevice(keys, { oneTime, lastResort });
      pool.fill(9);
      for (const claimed of [await claimOne(keys, device), await claimOne(keys, device)]) {
        expect(plain(claimed?.body)).toBe(plain(someBytes(4, 1)));
        claimed?.body.fill(9);
      }
      expect(plain((await claimOne(keys, device))?.body)).toBe(plain(someBytes(4, 1)));
    });

    it('tells nothing of a bundle when it fails', async ({ stores: { keys }, dispose }) => {
      await dispose();
      const device = { account: marker, device: marker };
      const bundle = { ...aBundle(), ref: marker, body: new TextEncoder().encode(marker) };
      await expectSilentFailure(() =>
        keys.upload(anUpload({ device, oneTime: [bundle], lastResort: bundle })),
      );
      await expectSilentFailure(() => keys.claim([device], marker, anInstant));
      await expectSilentFailure(() => keys.stock(device, marker, anInstant));
      await expectSilentFailure(() => keys.refs(device, marker, anInstant));
      await expectSilentFailure(() => keys.drop(device));
      await expectSilentFailure(() => keys.voidOneTime());
    });
  });

  describe('the refs of a device', () => {
    it('are those of its claimable one-time bundles, sorted, and of its last resort', async ({
      stores: { keys },
    }) => {
      const [gone, short] = [aBundle(), aBundle({ expiresAt: anInstant + 10 })];
      const [rest, last] = [someBundles(20), aBundle()];
      const { device } = await aStockedDevice(keys, {
        oneTime: [gone, short, ...rest],
        lastResort: last,
      });
      await claimOne(keys, device);
      expect(await keys.refs(device, suite, anInstant)).toEqual({
        oneTime: refsOf([short, ...rest]).toSorted(),
        lastResort: last.ref,
      });
      expect(await keys.refs(device, suite, anInstant + 10)).toEqual({
        oneTime: refsOf(rest).toSorted(),
        lastResort: last.ref,
      });
      expect(await keys.refs(aDeviceRef(), suite, anInstant)).toEqual({
        oneTime: [],
        lastResort: null,
      });
    });
  });
}
