import { describe, expect } from 'vitest';
import { aDeviceId } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { accountAt, aPlace } from './steps.ts';

export function incarnations(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('a higher incarnation', () => {
    it('replaces what was stored, with lower values too (G9)', async ({ stores: { cursors } }) => {
      const place = aPlace();
      const { conversation, account, device } = place;
      await cursors.move([{ ...place, delivered: 9, read: 8, shown: 7 }]);
      await cursors.move([{ ...place, incarnation: 2, delivered: 4, read: 3 }]);
      expect(await accountAt(cursors, place)).toEqual([4, 3, 0]);
      expect(await cursors.ofDevice(conversation, account, device)).toEqual({
        device,
        incarnation: 2,
        delivered: 4,
        read: 3,
      });
    });

    it('does not count what other devices acknowledged in an older one (G8, G9)', async ({
      stores: { cursors },
    }) => {
      const place = aPlace();
      const { conversation, account } = place;
      const other = { ...place, device: aDeviceId() };
      await cursors.move([
        { ...other, delivered: 9 },
        { ...place, delivered: 8, read: 9, shown: 9 },
      ]);
      await cursors.move([{ ...place, incarnation: 2, delivered: 4, read: 6, shown: 6 }]);
      expect(await accountAt(cursors, place)).toEqual([4, 4, 4]);
      expect(await cursors.ofDevice(conversation, account, other.device)).toMatchObject({
        incarnation: 1,
        delivered: 9,
      });
      expect(await cursors.ofDevice(conversation, account, other.device)).toMatchObject({
        read: 0,
      });
      await cursors.move([{ ...other, incarnation: 2, delivered: 6 }]);
      expect(await accountAt(cursors, place)).toEqual([6, 4, 4]);
    });

    it('makes moves of a lower one be ignored (G9)', async ({ stores: { cursors } }) => {
      const place = aPlace();
      const { conversation, account, device } = place;
      await cursors.move([{ ...place, incarnation: 3, delivered: 4, read: 3, shown: 2 }]);
      expect(
        await cursors.move([{ ...place, incarnation: 2, delivered: 9, read: 9, shown: 9 }]),
      ).toEqual([]);
      expect(await accountAt(cursors, place)).toEqual([4, 3, 2]);
      expect(await cursors.ofDevice(conversation, account, device)).toEqual({
        device,
        incarnation: 3,
        delivered: 4,
        read: 3,
      });
    });

    it('is told like a rise, even when it begins with nothing', async ({ stores: { cursors } }) => {
      const place = aPlace();
      const { conversation, account } = place;
      await cursors.move([{ ...place, delivered: 9 }]);
      expect(await cursors.move([{ ...place, incarnation: 2, delivered: 4 }])).toEqual([
        { conversation, account },
      ]);
    });
  });
}
