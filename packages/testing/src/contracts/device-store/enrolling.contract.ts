import { describe, expect } from 'vitest';
import {
  aCertifiedDevice,
  aLink,
  anApproval,
  aPendingDevice,
  aStoredAccount,
  someKeys,
} from '../../builders/account.ts';
import { aDeviceId, anAccountId, anInstant, many } from '../../builders/ids.ts';
import { expectSilentFailure, marker } from '../silence.ts';
import { testsOf, type StoresSubject } from '../subject.ts';

const enrolment = (account: string, now = anInstant) => ({
  id: aDeviceId(),
  account,
  name: 'Zoë’s phone ☎',
  now,
});

export function enrolling(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('an enrolled device', () => {
    it('is pending and has nothing else yet', async ({ stores }) => {
      const account = await aStoredAccount(stores);
      const device = enrolment(account);
      expect(await stores.devices.enrol(device, 1)).toBe('enrolled');
      expect(await stores.devices.find(device.id)).toEqual({
        id: device.id,
        account,
        name: device.name,
        status: 'pending',
        signatureKey: null,
        certificate: null,
        certifiedAt: null,
        createdAt: anInstant,
        revokedAt: null,
      });
      expect(await stores.devices.link(device.id)).toBeNull();
      expect(await stores.devices.find(aDeviceId())).toBeNull();
      expect(await stores.devices.link(aDeviceId())).toBeNull();
    });

    it('counts against the limit of pending ones while it is pending', async ({ stores }) => {
      const { devices } = stores;
      const account = await aStoredAccount(stores);
      const enrol = () => devices.enrol(enrolment(account), 2);
      expect([await enrol(), await enrol(), await enrol()]).toEqual([
        'enrolled',
        'enrolled',
        'too_many_pending',
      ]);
      const [first, second] = await devices.list(account);
      expect(await devices.list(account)).toHaveLength(2);
      await devices.certifyFirst(first?.id ?? '', someKeys());
      expect([await enrol(), await enrol()]).toEqual(['enrolled', 'too_many_pending']);
      await devices.revoke(second?.id ?? '', { now: anInstant, taskId: 'revocation' });
      expect([await enrol(), await enrol()]).toEqual(['enrolled', 'too_many_pending']);
      expect(await devices.enrol(enrolment(await aStoredAccount(stores)), 2)).toBe('enrolled');
    });

    it('is one of at most so many when 16 callers race', async ({ stores }) => {
      const account = await aStoredAccount(stores);
      const outcomes = await Promise.all(
        many(16, () => stores.devices.enrol(enrolment(account), 3)),
      );
      expect(outcomes.filter((outcome) => outcome === 'enrolled')).toHaveLength(3);
      expect(await stores.devices.list(account)).toHaveLength(3);
    });
  });

  describe('the devices of an account', () => {
    it('are listed oldest first, revoked ones too', async ({ stores }) => {
      const { devices } = stores;
      const account = await aStoredAccount(stores);
      const [second, third, first] = [
        enrolment(account, anInstant + 2),
        enrolment(account, anInstant + 3),
        enrolment(account, anInstant + 1),
      ];
      for (const device of [second, third, first]) await devices.enrol(device, 9);
      await aPendingDevice(stores, await aStoredAccount(stores));
      await devices.revoke(second.id, { now: anInstant + 4, taskId: 'revocation' });
      expect((await devices.list(account)).map(({ id, status }) => [id, status])).toEqual([
        [first.id, 'pending'],
        [second.id, 'revoked'],
        [third.id, 'pending'],
      ]);
      expect(await devices.list(anAccountId())).toEqual([]);
    });

    it('are told apart by whether they are certified', async ({ stores }) => {
      const { devices } = stores;
      const [one, two, three] = [
        await aCertifiedDevice(stores),
        await aCertifiedDevice(stores),
        await aCertifiedDevice(stores),
      ];
      await aPendingDevice(stores, one.account);
      await devices.revoke(two.device, { now: anInstant, taskId: 'revocation' });
      expect((await devices.certified([one.account, two.account])).map(({ id }) => id)).toEqual([
        one.device,
      ]);
      const both = await devices.certified([three.account, one.account]);
      expect(both.map(({ id }) => id).toSorted()).toEqual([one.device, three.device].toSorted());
      expect(await devices.certified([])).toEqual([]);
      const ever = await devices.everCertified([one.account, two.account, two.account]);
      expect(new Map(ever.map(({ id, status }) => [id, status]))).toEqual(
        new Map([
          [one.device, 'certified'],
          [two.device, 'revoked'],
        ]),
      );
      expect(ever).toHaveLength(2);
      expect(await devices.everCertified([])).toEqual([]);
    });
  });

  describe('a failure', () => {
    it('is what a second device of the same id is, and tells nothing of it', async ({ stores }) => {
      const account = await aStoredAccount(stores);
      const device = { ...enrolment(account), id: marker, name: marker };
      await stores.devices.enrol(device, 9);
      await expectSilentFailure(() => stores.devices.enrol(device, 9));
    });

    it('tells nothing of a value', async ({ stores: { devices }, dispose }) => {
      await dispose();
      const bytes = new TextEncoder().encode(marker);
      const task = { id: marker, conversation: marker, account: marker, device: marker };
      await expectSilentFailure(() =>
        devices.enrol({ ...enrolment(marker), id: marker, name: marker }, 9),
      );
      await expectSilentFailure(() => devices.find(marker));
      await expectSilentFailure(() => devices.list(marker));
      await expectSilentFailure(() => devices.certified([marker]));
      await expectSilentFailure(() => devices.everCertified([marker]));
      await expectSilentFailure(() =>
        devices.certifyFirst(marker, { ...someKeys(), accountKey: bytes }),
      );
      await expectSilentFailure(() => devices.publishLink(marker, { ...aLink(), linkKey: bytes }));
      await expectSilentFailure(() => devices.link(marker));
      await expectSilentFailure(() => devices.offerLink(marker, { by: marker, nonce: bytes }));
      await expectSilentFailure(() => devices.revealLink(marker, bytes));
      await expectSilentFailure(() =>
        devices.approve(marker, { ...anApproval(marker), package: bytes }),
      );
      await expectSilentFailure(() => devices.takePackage(marker, anInstant));
      await expectSilentFailure(() => devices.revoke(marker, { now: anInstant, taskId: marker }));
      await expectSilentFailure(() => devices.rosterTasks(9));
      await expectSilentFailure(() => devices.rosterTaskDone(task));
    });
  });
}
