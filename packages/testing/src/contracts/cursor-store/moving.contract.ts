import { describe, expect } from 'vitest';
import { aConversationId, aDeviceId, anAccountId } from '../../builders/ids.ts';
import { expectSilentFailure, marker } from '../silence.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { accountAt, aPlace, type Place } from './steps.ts';

const at = ({ conversation, account }: Place) => ({ conversation, account });

export function moving(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('moving', () => {
    it('keeps delivered for each device and read and shown for the account (G8)', async ({
      stores: { cursors },
    }) => {
      const place = aPlace();
      const { conversation, account, device } = place;
      const other = { ...place, device: aDeviceId() };
      await cursors.move([{ ...place, delivered: 7 }]);
      await cursors.move([{ ...other, delivered: 4, read: 5, shown: 3 }]);
      expect(await cursors.ofConversation(conversation, [account])).toEqual([
        { account, delivered: 7, read: 5, shown: 3 },
      ]);
      expect(await cursors.ofDevice(conversation, account, device)).toEqual({
        device,
        incarnation: 1,
        delivered: 7,
        read: 5,
      });
      expect(await cursors.ofDevice(conversation, account, other.device)).toEqual({
        device: other.device,
        incarnation: 1,
        delivered: 4,
        read: 5,
      });
    });

    it('leaves the fields as they are that a move does not name', async ({
      stores: { cursors },
    }) => {
      const place = aPlace();
      await cursors.move([{ ...place, delivered: 9, read: 5, shown: 3 }]);
      await cursors.move([{ ...place, shown: 4 }]);
      expect(await accountAt(cursors, place)).toEqual([9, 5, 4]);
      await cursors.move([{ ...place, read: 6 }]);
      expect(await accountAt(cursors, place)).toEqual([9, 6, 4]);
      await cursors.move([{ ...place, delivered: 10 }]);
      expect(await accountAt(cursors, place)).toEqual([10, 6, 4]);
    });

    it('changes nothing by values that are lower than those stored (G8)', async ({
      stores: { cursors },
    }) => {
      const place = aPlace();
      await cursors.move([{ ...place, delivered: 9, read: 8, shown: 7 }]);
      await cursors.move([{ ...place, delivered: 6, read: 5, shown: 4 }]);
      expect(await accountAt(cursors, place)).toEqual([9, 8, 7]);
      expect(await cursors.ofDevice(place.conversation, place.account, place.device)).toMatchObject(
        { delivered: 9, read: 8 },
      );
    });

    it('cuts read to the highest delivered of the devices, and shown to read (G8)', async ({
      stores: { cursors },
    }) => {
      const place = aPlace();
      await cursors.move([{ ...place, read: 5, shown: 5 }]);
      expect((await accountAt(cursors, place)) ?? [0, 0, 0]).toEqual([0, 0, 0]);
      await cursors.move([{ ...place, delivered: 4, read: 9, shown: 9 }]);
      expect(await accountAt(cursors, place)).toEqual([4, 4, 4]);
      await cursors.move([{ ...place, device: aDeviceId(), delivered: 6 }]);
      await cursors.move([{ ...place, read: 9, shown: 5 }]);
      expect(await accountAt(cursors, place)).toEqual([6, 6, 5]);
      await cursors.move([{ ...place, delivered: 20, shown: 19 }]);
      expect(await accountAt(cursors, place)).toEqual([20, 6, 6]);
    });

    it('answers the conversations and accounts whose values rose', async ({
      stores: { cursors },
    }) => {
      const [one, other] = [aPlace(), aPlace()];
      const pair = ({ conversation, account }: typeof one) => ({ conversation, account });
      expect(await cursors.move([{ ...one, delivered: 5 }])).toEqual([pair(one)]);
      expect(await cursors.move([{ ...one, delivered: 5 }])).toEqual([]);
      expect(
        await cursors.move([
          { ...one, delivered: 3, read: 0 },
          { ...other, delivered: 1 },
        ]),
      ).toEqual([pair(other)]);
      expect(await cursors.move([{ ...one, read: 4 }])).toEqual([pair(one)]);
      expect(await cursors.move([{ ...one, shown: 2 }])).toEqual([pair(one)]);
      expect(await cursors.move([{ ...one, device: aDeviceId(), delivered: 4 }])).toEqual([]);
      expect(await cursors.move([{ ...one, delivered: 5, read: 4, shown: 2 }])).toEqual([]);
      expect(
        await cursors.move([
          { ...one, read: 5 },
          { ...one, delivered: 6 },
        ]),
      ).toEqual([pair(one)]);
    });

    it('keeps conversations and accounts apart', async ({ stores: { cursors } }) => {
      const place = aPlace();
      const elsewhere = { ...place, conversation: aConversationId() };
      const somebody = { ...place, account: anAccountId(), device: aDeviceId() };
      await cursors.move([{ ...place, delivered: 5, read: 5 }]);
      await cursors.move([{ ...elsewhere, delivered: 3 }]);
      await cursors.move([{ ...somebody, delivered: 2 }]);
      expect(await accountAt(cursors, place)).toEqual([5, 5, 0]);
      expect(await accountAt(cursors, elsewhere)).toEqual([3, 0, 0]);
      expect(await accountAt(cursors, somebody)).toEqual([2, 0, 0]);
    });
  });

  describe('reading cursors', () => {
    it('gives those of the accounts asked for that have any in the conversation', async ({
      stores: { cursors },
    }) => {
      const place = aPlace();
      const somebody = { ...place, account: anAccountId(), device: aDeviceId() };
      await cursors.move([
        { ...place, delivered: 5 },
        { ...somebody, delivered: 2 },
      ]);
      const of = async (...accounts: string[]) =>
        (await cursors.ofConversation(place.conversation, accounts))
          .map(({ account }) => account)
          .toSorted();
      expect(await of(place.account, anAccountId())).toEqual([place.account]);
      expect(await of(place.account, somebody.account)).toEqual(
        [place.account, somebody.account].toSorted(),
      );
      expect(await of(anAccountId())).toEqual([]);
      expect(await of()).toEqual([]);
      expect(await cursors.ofConversation(aConversationId(), [place.account])).toEqual([]);
    });

    it('gives those of many accounts, each in its conversation', async ({
      stores: { cursors },
    }) => {
      const [one, other] = [aPlace(), aPlace()];
      const elsewhere = { ...one, conversation: other.conversation };
      await cursors.move([
        { ...one, delivered: 5, read: 4, shown: 3 },
        { ...elsewhere, delivered: 2 },
        { ...other, delivered: 1 },
      ]);
      const places = [one, elsewhere, other, { ...other, conversation: one.conversation }];
      const found = await cursors.ofAccounts(
        places.map(({ conversation, account }) => ({ conversation, account })),
      );
      expect(found).toHaveLength(3);
      expect(found).toEqual(
        expect.arrayContaining([
          { ...at(one), delivered: 5, read: 4, shown: 3 },
          { ...at(elsewhere), delivered: 2, read: 0, shown: 0 },
          { ...at(other), delivered: 1, read: 0, shown: 0 },
        ]),
      );
      expect(await cursors.ofAccounts([])).toEqual([]);
    });

    it('gives nothing for a device that has none there', async ({ stores: { cursors } }) => {
      const place = aPlace();
      const { conversation, account, device } = place;
      await cursors.move([{ ...place, delivered: 5 }]);
      expect(await cursors.ofDevice(conversation, account, aDeviceId())).toBeNull();
      expect(await cursors.ofDevice(aConversationId(), account, device)).toBeNull();
    });

    it('tells nothing of a value when it fails', async ({ stores: { cursors }, dispose }) => {
      await dispose();
      const move = {
        conversation: marker,
        account: marker,
        device: marker,
        incarnation: 1,
        delivered: 1,
      };
      await expectSilentFailure(() => cursors.move([move]));
      await expectSilentFailure(() => cursors.ofConversation(marker, [marker]));
      await expectSilentFailure(() =>
        cursors.ofAccounts([{ conversation: marker, account: marker }]),
      );
      await expectSilentFailure(() => cursors.ofDevice(marker, marker, marker));
    });
  });
}
