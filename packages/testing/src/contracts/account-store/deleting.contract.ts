import { describe, expect } from 'vitest';
import type { AccountId, Stores } from '@sealpost/domain';
import {
  aCertifiedDevice,
  aLinkedDevice,
  anAccount,
  aPendingDevice,
  aSession,
  aStoredAccount,
  idOf,
} from '../../builders/account.ts';
import { aStockedDevice, someBundles } from '../../builders/bundle.ts';
import { aConversationId, anAccountId, anInstant, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { until } from '../turn.ts';

const at = { now: anInstant + 10, handleFreeAt: anInstant + 1000, taskId: 'deletion' };
const tasksOf = async ({ devices }: Stores, account: AccountId) =>
  (await devices.rosterTasks(100)).filter((task) => task.account === account);

export function deleting(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('deleting an account', () => {
    it('takes its handle and the hash of its password away for good', async ({ stores }) => {
      const { accounts } = stores;
      const id = await aStoredAccount(stores, { handle: 'leaving' });
      await accounts.delete(id, at);
      expect(await accounts.find(id)).toMatchObject({
        id,
        handle: null,
        deletedAt: anInstant + 10,
      });
      expect(await accounts.findByHandle('leaving')).toBeNull();
      expect(await accounts.passwordHash(id)).toBeNull();
      await accounts.setPasswordHash(id, 'too late');
      expect(await accounts.passwordHash(id)).toBeNull();
    });

    it('takes away what its devices were called and whom it blocked, and leaves others theirs', async ({
      stores,
    }) => {
      const { accounts, devices } = stores;
      const first = await aCertifiedDevice(stores);
      const revoked = await aLinkedDevice(stores, first);
      await devices.revoke(revoked, { now: anInstant, taskId: 'revocation' });
      const other = await aCertifiedDevice(stores);
      const named = (await devices.find(other.device))?.name;
      await accounts.block(first.account, other.account);
      await accounts.block(other.account, first.account);
      expect((await devices.find(first.device))?.name).not.toBe('');
      await accounts.delete(first.account, at);
      for (const id of [first.device, revoked]) expect((await devices.find(id))?.name).toBe('');
      expect((await devices.find(other.device))?.name).toBe(named);
      expect(await accounts.blockedBy(first.account)).toEqual([]);
      expect(await accounts.blockedBy(other.account)).toEqual([first.account]);
    });

    it('leaves the handle taken until it is freed', async ({ stores }) => {
      const { accounts } = stores;
      const id = await aStoredAccount(stores, { handle: 'leaving' });
      await accounts.delete(id, at);
      const next = anAccount({ handle: 'leaving', now: anInstant + 999 });
      expect(await accounts.create(next)).toBe('handle_taken');
      const rivals = many(16, () => anAccount({ handle: 'leaving', now: anInstant + 1000 }));
      const outcomes = await Promise.all(rivals.map((account) => accounts.create(account)));
      expect(outcomes.toSorted()).toEqual(['created', ...many(15, () => 'handle_taken')]);
      expect((await accounts.findByHandle('leaving'))?.id).toBe(
        rivals[outcomes.indexOf('created')]?.id,
      );
      expect((await accounts.find(id))?.handle).toBeNull();
      expect(await accounts.create(anAccount({ handle: 'leaving', now: anInstant + 2000 }))).toBe(
        'handle_taken',
      );
    });

    it('revokes its devices, pending ones too, and drops their bundles (G6)', async ({
      stores,
    }) => {
      const { accounts, devices, keys } = stores;
      const first = await aCertifiedDevice(stores);
      const second = await aLinkedDevice(stores, first);
      const pending = await aPendingDevice(stores, first.account);
      const other = await aCertifiedDevice(stores);
      const { suite } = await aStockedDevice(keys, { device: first, oneTime: someBundles(3) });
      const before = (await accounts.find(first.account))?.deviceListVersion ?? 0;
      await accounts.delete(first.account, at);
      for (const id of [first.device, second, pending]) {
        expect(await devices.find(id)).toMatchObject({
          status: 'revoked',
          revokedAt: anInstant + 10,
        });
      }
      expect(await devices.certified([first.account, other.account])).toMatchObject([
        { id: other.device },
      ]);
      expect(await keys.claim([first], suite, anInstant)).toEqual([]);
      expect((await accounts.find(first.account))?.deviceListVersion).toBeGreaterThan(before);
    });

    it('revokes its sessions and answers which (G6)', async ({ stores }) => {
      const { accounts, sessions } = stores;
      const first = await aCertifiedDevice(stores);
      const second = { ...first, device: await aLinkedDevice(stores, first) };
      const [one, two, gone] = [
        await aSession(stores, first),
        await aSession(stores, second),
        await aSession(stores, first),
      ];
      const other = await aSession(stores, await aCertifiedDevice(stores));
      await sessions.revoke([gone.id], anInstant);
      expect([...(await accounts.delete(first.account, at))].toSorted()).toEqual(
        [one, two].map(idOf).toSorted(),
      );
      expect((await sessions.find(one.id))?.revokedAt).toBe(anInstant + 10);
      expect((await sessions.find(two.id))?.revokedAt).toBe(anInstant + 10);
      expect((await sessions.find(gone.id))?.revokedAt).toBe(anInstant);
      expect((await sessions.find(other.id))?.revokedAt).toBeNull();
    });

    it('leaves one task for each of its conversations', async ({ stores }) => {
      const { account } = await aCertifiedDevice(stores);
      const [one, two, ended] = [aConversationId(), aConversationId(), aConversationId()];
      for (const conversation of [one, two, ended])
        await stores.index.enter(conversation, [account, anAccountId()], 0);
      await stores.index.leave(ended, [account], 5);
      await stores.index.enter(aConversationId(), [anAccountId()], 0);
      await stores.accounts.delete(account, at);
      const tasks = await stores.devices.rosterTasks(100);
      const task = { id: 'deletion', account, device: null };
      expect(tasks.toSorted((a) => (a.conversation === one ? -1 : 1))).toEqual([
        { ...task, conversation: one },
        { ...task, conversation: two },
      ]);
    });

    it('changes nothing when the account is deleted already or does not exist', async ({
      stores,
    }) => {
      const { accounts } = stores;
      const device = await aCertifiedDevice(stores);
      await aSession(stores, device);
      await stores.index.enter(aConversationId(), [device.account], 0);
      expect(await accounts.delete(device.account, at)).toHaveLength(1);
      const after = await accounts.find(device.account);
      expect(
        await accounts.delete(device.account, { ...at, now: anInstant + 20, taskId: 'again' }),
      ).toEqual([]);
      expect(await accounts.find(device.account)).toEqual(after);
      expect(await tasksOf(stores, device.account)).toMatchObject([{ id: 'deletion' }]);
      expect(await accounts.delete(anAccountId(), at)).toEqual([]);
    });

    it('happens once when 16 callers want it', async ({ stores }) => {
      const device = await aCertifiedDevice(stores);
      const session = await aSession(stores, device);
      await stores.index.enter(aConversationId(), [device.account], 0);
      const answers = await Promise.all(
        many(16, (caller) =>
          stores.accounts.delete(device.account, { ...at, taskId: `${caller}` }),
        ),
      );
      expect(answers.flat()).toEqual([session.id]);
      expect(await tasksOf(stores, device.account)).toHaveLength(1);
    });

    it('is seen whole or not at all', async ({ stores }) => {
      const { accounts, devices, sessions } = stores;
      const device = await aCertifiedDevice(stores);
      const session = await aSession(stores, device);
      await stores.index.enter(aConversationId(), [device.account], 0);
      const halves = await Promise.all([
        ...many(16, async () => {
          await until(async () => (await accounts.find(device.account))?.deletedAt !== null);
          const status = (await devices.find(device.device))?.status;
          const revokedAt = (await sessions.find(session.id))?.revokedAt;
          return [status, revokedAt, (await tasksOf(stores, device.account)).length];
        }),
        accounts.delete(device.account, at).then(() => ['revoked', at.now, 1]),
      ]);
      expect(halves).toEqual(many(17, () => ['revoked', at.now, 1]));
    });
  });
}
