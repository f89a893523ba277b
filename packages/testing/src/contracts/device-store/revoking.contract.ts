import { describe, expect } from 'vitest';
import {
  aCertifiedDevice,
  aLink,
  aLinkedDevice,
  aPendingDevice,
  aSession,
  idOf,
  someKeys,
} from '../../builders/account.ts';
import { aBundle, aStockedDevice, someBundles } from '../../builders/bundle.ts';
import { aConversationId, aDeviceId, anAccountId, anInstant, many } from '../../builders/ids.ts';
import { plain } from '../plain.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { until } from '../turn.ts';

const at = { now: anInstant + 10, taskId: 'revocation' };

export function revoking(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('revoking a device', () => {
    it('ends it for good and raises the device list version (G6)', async ({ stores }) => {
      const { accounts, devices } = stores;
      const { account, device } = await aCertifiedDevice(stores);
      const before = [await accounts.find(account), await devices.find(device)] as const;
      expect(await devices.revoke(device, at)).toEqual([]);
      const revoked = { ...before[1], status: 'revoked', revokedAt: anInstant + 10 };
      expect(plain(await devices.find(device))).toEqual(plain(revoked));
      expect((await accounts.find(account))?.deviceListVersion).toBeGreaterThan(
        before[0]?.deviceListVersion ?? Infinity,
      );
      expect(await devices.certifyFirst(device, someKeys())).not.toBe('certified');
      expect(await devices.publishLink(device, aLink())).toBe('not_pending');
      expect(plain(await devices.find(device))).toEqual(plain(revoked));
    });

    it('revokes its sessions, and no other, and answers which (G6)', async ({ stores }) => {
      const { devices, sessions } = stores;
      const first = await aCertifiedDevice(stores);
      const second = { ...first, device: await aLinkedDevice(stores, first) };
      const [one, two, gone] = [
        await aSession(stores, first),
        await aSession(stores, first),
        await aSession(stores, first),
      ];
      const other = await aSession(stores, second);
      await sessions.revoke([gone.id], anInstant);
      const revoked = await devices.revoke(first.device, at);
      expect([...(revoked ?? [])].toSorted()).toEqual([one, two].map(idOf).toSorted());
      expect((await sessions.find(one.id))?.revokedAt).toBe(anInstant + 10);
      expect((await sessions.find(gone.id))?.revokedAt).toBe(anInstant);
      expect((await sessions.find(other.id))?.revokedAt).toBeNull();
    });

    it('drops its bundles, which stay spent (G11)', async ({ stores }) => {
      const { devices, keys } = stores;
      const first = await aCertifiedDevice(stores);
      const second = { ...first, device: await aLinkedDevice(stores, first) };
      const upload = await aStockedDevice(keys, {
        device: first,
        oneTime: someBundles(3),
        lastResort: aBundle(),
      });
      await aStockedDevice(keys, { device: second, oneTime: someBundles(1) });
      await devices.revoke(first.device, at);
      expect(
        (await keys.claim([first, second], upload.suite, anInstant)).map(({ device }) => device),
      ).toEqual([second]);
      expect(await keys.upload({ ...upload, lastResort: null })).toMatchObject({ code: 'spent' });
    });

    it('leaves one task for each conversation of its account', async ({ stores }) => {
      const { account, device } = await aCertifiedDevice(stores);
      const [one, two, ended] = [aConversationId(), aConversationId(), aConversationId()];
      for (const conversation of [one, two, ended])
        await stores.index.enter(conversation, [account, anAccountId()], 0);
      await stores.index.leave(ended, [account], 5);
      await stores.index.enter(aConversationId(), [anAccountId()], 0);
      await stores.devices.revoke(device, at);
      const tasks = await stores.devices.rosterTasks(100);
      const task = { id: 'revocation', account, device };
      expect(tasks.toSorted((a) => (a.conversation === one ? -1 : 1))).toEqual([
        { ...task, conversation: one },
        { ...task, conversation: two },
      ]);
    });

    it('changes nothing when it was revoked before or does not exist', async ({ stores }) => {
      const { accounts, devices } = stores;
      const { account, device } = await aCertifiedDevice(stores);
      await stores.index.enter(aConversationId(), [account], 0);
      await devices.revoke(device, at);
      const before = [
        await accounts.find(account),
        await devices.find(device),
        await devices.rosterTasks(100),
      ];
      expect(await devices.revoke(device, { now: anInstant + 20, taskId: 'again' })).toBeNull();
      expect(
        await devices.revoke(aDeviceId(), { now: anInstant + 20, taskId: 'nobody' }),
      ).toBeNull();
      const after = [
        await accounts.find(account),
        await devices.find(device),
        await devices.rosterTasks(100),
      ];
      expect(plain(after)).toEqual(plain(before));
    });

    it('works for pending devices too', async ({ stores }) => {
      const { account } = await aCertifiedDevice(stores);
      const pending = await aPendingDevice(stores, account);
      const session = await aSession(stores, { account, device: pending });
      expect(await stores.devices.revoke(pending, at)).toEqual([session.id]);
      expect(await stores.devices.find(pending)).toMatchObject({ status: 'revoked' });
    });

    it('happens once when 16 callers want it', async ({ stores }) => {
      const { account, device } = await aCertifiedDevice(stores);
      const session = await aSession(stores, { account, device });
      await stores.index.enter(aConversationId(), [account], 0);
      const answers = await Promise.all(
        many(16, (caller) => stores.devices.revoke(device, { ...at, taskId: `${caller}` })),
      );
      expect(answers.filter((answer) => answer !== null)).toEqual([[session.id]]);
      expect(await stores.devices.rosterTasks(100)).toHaveLength(1);
    });

    it('of 16 devices at once loses no version of the list', async ({ stores }) => {
      const first = await aCertifiedDevice(stores);
      const others = [];
      for (const _ of many(16, () => null)) others.push(await aLinkedDevice(stores, first));
      const before = (await stores.accounts.find(first.account))?.deviceListVersion ?? 0;
      await Promise.all(
        others.map((device) => stores.devices.revoke(device, { ...at, taskId: device })),
      );
      expect((await stores.accounts.find(first.account))?.deviceListVersion).toBeGreaterThanOrEqual(
        before + 16,
      );
      expect((await stores.devices.certified([first.account])).map(({ id }) => id)).toEqual([
        first.device,
      ]);
    });

    it('is seen whole or not at all', async ({ stores }) => {
      const { accounts, devices, keys, sessions } = stores;
      const { account, device } = await aCertifiedDevice(stores);
      const session = await aSession(stores, { account, device });
      const { suite } = await aStockedDevice(keys, {
        device: { account, device },
        oneTime: someBundles(1),
      });
      await stores.index.enter(aConversationId(), [account], 0);
      const before = (await accounts.find(account))?.deviceListVersion ?? Infinity;
      const whole = [at.now, 1, 0, true];
      const seen = await Promise.all([
        ...many(16, async () => {
          await until(async () => (await devices.find(device))?.status === 'revoked');
          return [
            (await sessions.find(session.id))?.revokedAt,
            (await devices.rosterTasks(100)).length,
            (await keys.stock({ account, device }, suite, anInstant)).oneTime,
            ((await accounts.find(account))?.deviceListVersion ?? 0) > before,
          ];
        }),
        devices.revoke(device, at).then(() => whole),
      ]);
      expect(seen).toEqual(many(17, () => whole));
    });
  });
}
