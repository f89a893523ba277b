import { describe, expect } from 'vitest';
import { aDeviceId, anAccountId, anInstant, many } from '../builders/ids.ts';
import { expectSilentFailure, marker } from './silence.ts';
import { testsOf, type PresenceLeasesSubject } from './subject.ts';

const until = anInstant + 30;

/** The specification of `PresenceLeases` (G10). */
export function presenceLeasesContract(subject: PresenceLeasesSubject): void {
  const it = testsOf(subject);

  describe(`PresenceLeases: ${subject.name}`, () => {
    it('shows the accounts asked about that have a connected device', async ({ presence }) => {
      const [one, two, away] = [anAccountId(), anAccountId(), anAccountId()];
      for (const account of [one, two, anAccountId()])
        await presence.renew(account, aDeviceId(), until, anInstant);
      expect([...(await presence.online([one, two, away], anInstant))].toSorted()).toEqual(
        [one, two].toSorted(),
      );
      expect(await presence.online([away], anInstant)).toEqual([]);
      expect(await presence.online([], anInstant)).toEqual([]);
    });

    it('answers a renewal with whether the account was offline before', async ({ presence }) => {
      const [account, phone, laptop] = [anAccountId(), aDeviceId(), aDeviceId()];
      expect(await presence.renew(account, phone, until, anInstant)).toBe(true);
      expect(await presence.renew(account, phone, until, anInstant)).toBe(false);
      expect(await presence.renew(account, laptop, until, anInstant)).toBe(false);
      expect(await presence.renew(anAccountId(), aDeviceId(), until, anInstant)).toBe(true);
    });

    it('ends a lease by itself (G10)', async ({ presence }) => {
      const [account, device] = [anAccountId(), aDeviceId()];
      await presence.renew(account, device, until, anInstant);
      expect(await presence.online([account], until - 1)).toEqual([account]);
      expect(await presence.online([account], until)).toEqual([]);
      expect(await presence.renew(account, device, until + 30, until)).toBe(true);
      expect(await presence.online([account], until + 29)).toEqual([account]);
    });

    it('lasts as long as the longest lease of the devices', async ({ presence }) => {
      const account = anAccountId();
      await presence.renew(account, aDeviceId(), until + 10, anInstant);
      await presence.renew(account, aDeviceId(), until, anInstant);
      expect(await presence.online([account], until + 9)).toEqual([account]);
      expect(await presence.online([account], until + 10)).toEqual([]);
    });

    it('answers an end with whether the account is offline now', async ({ presence }) => {
      const [account, phone, laptop] = [anAccountId(), aDeviceId(), aDeviceId()];
      await presence.renew(account, phone, until, anInstant);
      await presence.renew(account, laptop, until, anInstant);
      expect(await presence.end(account, phone, anInstant)).toBe(false);
      expect(await presence.online([account], anInstant)).toEqual([account]);
      expect(await presence.end(account, laptop, anInstant)).toBe(true);
      expect(await presence.online([account], anInstant)).toEqual([]);
      expect(await presence.end(anAccountId(), aDeviceId(), anInstant)).toBe(true);
    });

    it('counts no lease that has ended by itself when another is ended', async ({ presence }) => {
      const [account, phone, laptop] = [anAccountId(), aDeviceId(), aDeviceId()];
      await presence.renew(account, phone, anInstant + 10, anInstant);
      await presence.renew(account, laptop, until, anInstant);
      expect(await presence.end(account, laptop, anInstant + 10)).toBe(true);
    });

    it('tells one of 16 racing devices that the account came online, and one that it went', async ({
      presence,
    }) => {
      const account = anAccountId();
      const devices = many(16, aDeviceId);
      const came = await Promise.all(
        devices.map((device) => presence.renew(account, device, until, anInstant)),
      );
      expect(came.filter(Boolean)).toHaveLength(1);
      const went = await Promise.all(
        devices.map((device) => presence.end(account, device, anInstant)),
      );
      expect(went.filter(Boolean)).toHaveLength(1);
      expect(await presence.online([account], anInstant)).toEqual([]);
    });

    it('tells nothing of a value when it fails', async ({ presence, dispose }) => {
      await dispose();
      await expectSilentFailure(() => presence.renew(marker, marker, until, anInstant));
      await expectSilentFailure(() => presence.end(marker, marker, anInstant));
      await expectSilentFailure(() => presence.online([marker], anInstant));
    });
  });
}
