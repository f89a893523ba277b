import { describe, expect } from 'vitest';
import type { SessionStore } from '@sealpost/domain';
import { aCertifiedDevice, aSession, idOf } from '../../builders/account.ts';
import { sha256Of } from '../../builders/bytes.ts';
import { anInstant, aSessionId, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';

const since = async (sessions: SessionStore, ms: number) =>
  [...(await sessions.revokedSince(anInstant + ms))].toSorted();

export function revokingSessions(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('revoking sessions', () => {
    it('answers which of them were not revoked before', async ({ stores }) => {
      const device = await aCertifiedDevice(stores);
      const [one, two, three] = [
        await aSession(stores, device),
        await aSession(stores, device),
        await aSession(stores, device),
      ];
      expect(await stores.sessions.revoke([two.id, aSessionId()], anInstant + 1)).toEqual([two.id]);
      const both = await stores.sessions.revoke([one.id, two.id], anInstant + 2);
      expect(both).toEqual([one.id]);
      expect(await stores.sessions.revoke([], anInstant + 3)).toEqual([]);
      expect((await stores.sessions.find(one.id))?.revokedAt).toBe(anInstant + 2);
      expect((await stores.sessions.find(two.id))?.revokedAt).toBe(anInstant + 1);
      expect((await stores.sessions.find(three.id))?.revokedAt).toBeNull();
    });

    it('names each session to one of 16 racing callers', async ({ stores }) => {
      const device = await aCertifiedDevice(stores);
      const ids = (await Promise.all(many(6, () => aSession(stores, device)))).map(idOf);
      const answers = await Promise.all(
        many(16, (caller) =>
          stores.sessions.revoke(caller % 2 ? ids : ids.toReversed(), anInstant + caller),
        ),
      );
      expect(answers.flat().toSorted()).toEqual(ids.toSorted());
    });
  });

  describe('the sessions revoked since an instant', () => {
    it('include those of that instant and leave out the others', async ({ stores }) => {
      const device = await aCertifiedDevice(stores);
      const [one, two, three] = [
        await aSession(stores, device),
        await aSession(stores, device),
        await aSession(stores, device),
      ];
      await stores.sessions.revoke([one.id], anInstant + 1);
      await stores.sessions.revoke([two.id], anInstant + 2);
      expect(await since(stores.sessions, 0)).toEqual([one, two].map(idOf).toSorted());
      expect(await since(stores.sessions, 2)).toEqual([two.id]);
      expect(await since(stores.sessions, 3)).toEqual([]);
      expect(await since(stores.sessions, 0)).not.toContain(three.id);
    });

    it('are there whoever revoked them (G6)', async ({ stores }) => {
      const { sessions, devices, accounts } = stores;
      const [hash, next, stolen] = [sha256Of('1'), sha256Of('2'), sha256Of('3')];
      const [byReuse, byDevice, byDeletion] = [
        await aCertifiedDevice(stores),
        await aCertifiedDevice(stores),
        await aCertifiedDevice(stores),
      ];
      const revoked = [
        await aSession(stores, byReuse, { tokenHash: hash }),
        await aSession(stores, byDevice),
        await aSession(stores, byDeletion),
      ];
      const rotation = { now: anInstant + 5, expiresAt: anInstant + 1000, graceMs: 60 };
      await sessions.rotate({ ...rotation, presented: hash, next });
      await sessions.rotate({ ...rotation, presented: hash, next: stolen });
      await devices.revoke(byDevice.device, { now: anInstant + 5, taskId: 'revocation' });
      await accounts.delete(byDeletion.account, {
        now: anInstant + 5,
        handleFreeAt: anInstant,
        taskId: 'deletion',
      });
      expect(await since(sessions, 5)).toEqual(revoked.map(idOf).toSorted());
      expect(await since(sessions, 6)).toEqual([]);
    });
  });
}
