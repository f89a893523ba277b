import { describe, expect } from 'vitest';
import {
  aCertifiedDevice,
  aLink,
  aLinkedDevice,
  anApproval,
  aPendingDevice,
  aRevealedDevice,
} from '../../builders/account.ts';
import { sha256Of, someBytes } from '../../builders/bytes.ts';
import { aDeviceId, anInstant, many } from '../../builders/ids.ts';
import { plain } from '../plain.ts';
import { testsOf, type StoresSubject } from '../subject.ts';

export function approving(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('approving', () => {
    it('certifies the device and raises the device list version', async ({ stores }) => {
      const { accounts, devices } = stores;
      const first = await aCertifiedDevice(stores);
      const pending = await aRevealedDevice(stores, first);
      const before = [await accounts.find(first.account), await devices.find(pending)] as const;
      const approval = {
        ...anApproval(first.device),
        certificate: someBytes(64, 3),
        certifiedAt: anInstant + 7,
      };
      expect(await devices.approve(pending, approval)).toBe('certified');
      const { certificate, certifiedAt } = approval;
      expect(plain(await devices.find(pending))).toEqual(
        plain({ ...before[1], status: 'certified', certificate, certifiedAt }),
      );
      const account = await accounts.find(first.account);
      expect(account?.deviceListVersion).toBeGreaterThan(before[0]?.deviceListVersion ?? Infinity);
      expect(plain(account?.accountKey)).toEqual(plain(before[0]?.accountKey));
    });

    it('needs what the pending device revealed to an offer of the approving device', async ({
      stores,
    }) => {
      const { devices } = stores;
      const first = await aCertifiedDevice(stores);
      const second = await aLinkedDevice(stores, first);
      const pending = await aPendingDevice(stores, first.account);
      const approve = () => devices.approve(pending, anApproval(first.device));
      expect(await approve()).toBe('not_revealed');
      await devices.publishLink(pending, aLink());
      expect(await approve()).toBe('not_revealed');
      await devices.offerLink(pending, { by: first.device, nonce: sha256Of('nonce') });
      expect(await approve()).toBe('not_revealed');
      await devices.revealLink(pending, sha256Of('reveal'));
      expect(await devices.approve(pending, anApproval(second))).toBe('not_revealed');
      expect(await devices.find(pending)).toMatchObject({ status: 'pending' });
      expect(await approve()).toBe('certified');
    });

    it('is for pending devices only', async ({ stores }) => {
      const { devices } = stores;
      const first = await aCertifiedDevice(stores);
      const [certified, revoked] = [
        await aLinkedDevice(stores, first),
        await aRevealedDevice(stores, first),
      ];
      await devices.revoke(revoked, { now: anInstant, taskId: 'revocation' });
      for (const device of [certified, revoked, aDeviceId()]) {
        expect(await devices.approve(device, anApproval(first.device))).toBe('not_pending');
      }
      expect(await devices.find(revoked)).toMatchObject({ status: 'revoked' });
    });

    it('stops at the limit of certified devices; pending and revoked ones take no place', async ({
      stores,
    }) => {
      const { devices } = stores;
      const first = await aCertifiedDevice(stores);
      const second = await aLinkedDevice(stores, first);
      const waiting = [await aRevealedDevice(stores, first), await aRevealedDevice(stores, first)];
      const approve = (index: number) =>
        devices.approve(waiting[index] ?? '', { ...anApproval(first.device), limit: 2 });
      expect(await approve(0)).toBe('too_many_devices');
      await devices.revoke(second, { now: anInstant, taskId: 'revocation' });
      expect(await approve(0)).toBe('certified');
      expect(await approve(1)).toBe('too_many_devices');
      expect(await devices.takePackage(waiting[1] ?? '', anInstant)).toBeNull();
    });

    it('certifies as many as fit and loses no version when 16 callers race', async ({ stores }) => {
      const { accounts, devices } = stores;
      const first = await aCertifiedDevice(stores);
      const waiting = [];
      for (const _ of many(16, () => null)) waiting.push(await aRevealedDevice(stores, first));
      const before = (await accounts.find(first.account))?.deviceListVersion ?? 0;
      const outcomes = await Promise.all(
        waiting.map((device) => devices.approve(device, { ...anApproval(first.device), limit: 6 })),
      );
      expect(outcomes.filter((outcome) => outcome === 'certified')).toHaveLength(5);
      expect(outcomes.filter((outcome) => outcome === 'too_many_devices')).toHaveLength(11);
      expect(await devices.certified([first.account])).toHaveLength(6);
      expect((await accounts.find(first.account))?.deviceListVersion).toBeGreaterThanOrEqual(
        before + 5,
      );
    });

    it('happens once when 16 callers want the same', async ({ stores }) => {
      const first = await aCertifiedDevice(stores);
      const pending = await aRevealedDevice(stores, first);
      const outcomes = await Promise.all(
        many(16, () => stores.devices.approve(pending, anApproval(first.device))),
      );
      expect(outcomes.toSorted()).toEqual(['certified', ...many(15, () => 'not_pending')]);
    });
  });

  describe('the package for an approved device', () => {
    it('is handed out once', async ({ stores }) => {
      const { devices } = stores;
      const first = await aCertifiedDevice(stores);
      const pending = await aRevealedDevice(stores, first);
      expect(await devices.takePackage(pending, anInstant)).toBeNull();
      await devices.approve(pending, { ...anApproval(first.device), package: someBytes(50, 4) });
      expect(plain(await devices.takePackage(pending, anInstant))).toEqual(plain(someBytes(50, 4)));
      expect(await devices.takePackage(pending, anInstant)).toBeNull();
      expect(await devices.takePackage(aDeviceId(), anInstant)).toBeNull();
    });

    it('takes the link with it, which has served', async ({ stores }) => {
      const { devices } = stores;
      const first = await aCertifiedDevice(stores);
      const pending = await aRevealedDevice(stores, first);
      await devices.takePackage(pending, anInstant);
      expect(await devices.link(pending)).not.toBeNull();
      await devices.approve(pending, anApproval(first.device));
      expect(await devices.link(pending)).not.toBeNull();
      await devices.takePackage(pending, anInstant);
      expect(await devices.link(pending)).toBeNull();
    });

    it('goes to one of 16 racing callers', async ({ stores }) => {
      const device = await aLinkedDevice(stores, await aCertifiedDevice(stores));
      const answers = await Promise.all(
        many(16, () => stores.devices.takePackage(device, anInstant)),
      );
      expect(answers.filter((answer) => answer !== null)).toHaveLength(1);
    });

    it('is gone from its expiry on', async ({ stores }) => {
      const first = await aCertifiedDevice(stores);
      const [late, inTime] = [
        await aLinkedDevice(stores, first),
        await aLinkedDevice(stores, first),
      ];
      const { packageExpiresAt } = anApproval(first.device);
      expect(await stores.devices.takePackage(late, packageExpiresAt)).toBeNull();
      expect(await stores.devices.takePackage(inTime, packageExpiresAt - 1)).not.toBeNull();
    });
  });
}
