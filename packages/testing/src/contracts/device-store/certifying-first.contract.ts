import { describe, expect } from 'vitest';
import {
  aCertifiedDevice,
  aPendingDevice,
  aStoredAccount,
  someKeys,
} from '../../builders/account.ts';
import { aDeviceId, anInstant, many } from '../../builders/ids.ts';
import { plain } from '../plain.ts';
import { testsOf, type StoresSubject } from '../subject.ts';

export function certifyingFirst(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe("certifying an account's first device", () => {
    it('sets the account key and the certificate, and raises the device list version', async ({
      stores,
    }) => {
      const { accounts, devices } = stores;
      const account = await aStoredAccount(stores);
      const before = (await accounts.find(account))?.deviceListVersion ?? 0;
      const device = await aPendingDevice(stores, account);
      const { accountKey, ...proof } = someKeys();
      expect(await devices.certifyFirst(device, { accountKey, ...proof })).toBe('certified');
      expect(plain(await devices.find(device))).toMatchObject({
        status: 'certified',
        ...(plain(proof) as object),
      });
      const stored = await accounts.find(account);
      expect(plain(stored?.accountKey)).toEqual(plain(accountKey));
      expect(stored?.deviceListVersion).toBeGreaterThan(before);
    });

    it('is refused when the account has a key', async ({ stores }) => {
      const { accounts, devices } = stores;
      const { account } = await aCertifiedDevice(stores);
      const before = await accounts.find(account);
      const second = await aPendingDevice(stores, account);
      expect(await devices.certifyFirst(second, someKeys())).toBe('has_key');
      expect(await devices.find(second)).toMatchObject({
        status: 'pending',
        signatureKey: null,
        certificate: null,
      });
      expect(plain(await accounts.find(account))).toEqual(plain(before));
    });

    it('is refused when the device is not pending', async ({ stores }) => {
      const { accounts, devices } = stores;
      const account = await aStoredAccount(stores);
      const revoked = await aPendingDevice(stores, account);
      await devices.revoke(revoked, { now: anInstant, taskId: 'revocation' });
      expect(await devices.certifyFirst(revoked, someKeys())).toBe('not_pending');
      expect(await devices.certifyFirst(aDeviceId(), someKeys())).toBe('not_pending');
      expect((await accounts.find(account))?.accountKey).toBeNull();
      expect(await devices.find(revoked)).toMatchObject({ status: 'revoked', certificate: null });
    });

    it('certifies none again', async ({ stores }) => {
      const { account, device } = await aCertifiedDevice(stores);
      const before = [await stores.accounts.find(account), await stores.devices.find(device)];
      expect(await stores.devices.certifyFirst(device, someKeys())).not.toBe('certified');
      expect(
        plain([await stores.accounts.find(account), await stores.devices.find(device)]),
      ).toEqual(plain(before));
    });

    it('succeeds for one of 16 racing devices', async ({ stores }) => {
      const { accounts, devices } = stores;
      const account = await aStoredAccount(stores);
      const rivals = [];
      for (const keys of many(16, someKeys))
        rivals.push({ keys, device: await aPendingDevice(stores, account) });
      const outcomes = await Promise.all(
        rivals.map(({ device, keys }) => devices.certifyFirst(device, keys)),
      );
      expect(outcomes.toSorted()).toEqual(['certified', ...many(15, () => 'has_key')]);
      const winner = rivals[outcomes.indexOf('certified')];
      expect(plain((await accounts.find(account))?.accountKey)).toEqual(
        plain(winner?.keys.accountKey),
      );
      expect((await devices.certified([account])).map(({ id }) => id)).toEqual([winner?.device]);
    });

    it('keeps keys and certificate whatever becomes of the bytes that it was given or that it gave', async ({
      stores,
    }) => {
      const account = await aStoredAccount(stores);
      const device = await aPendingDevice(stores, account);
      const keys = someKeys();
      const expected = plain([keys.accountKey, keys.signatureKey, keys.certificate]);
      await stores.devices.certifyFirst(device, keys);
      [keys.accountKey, keys.signatureKey, keys.certificate].forEach((bytes) => bytes.fill(0));
      const read = async () => {
        const { signatureKey, certificate } = (await stores.devices.find(device)) ?? {};
        return [(await stores.accounts.find(account))?.accountKey, signatureKey, certificate];
      };
      const given = await read();
      expect(plain(given)).toEqual(expected);
      given.forEach((bytes) => bytes?.fill(0));
      expect(plain(await read())).toEqual(expected);
    });
  });
}
