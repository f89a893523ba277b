import { describe, expect } from 'vitest';
import { aCertifiedDevice, aSession, idOf } from '../../builders/account.ts';
import { sha256Of } from '../../builders/bytes.ts';
import { anInstant, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';

const before = anInstant + 100;

export function forgettingSessions(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('forgetting sessions', () => {
    it('takes away those that were revoked or expired before an instant, and no others', async ({
      stores: { sessions, ...stores },
    }) => {
      const device = await aCertifiedDevice({ sessions, ...stores });
      const made = async (expiresAt: number) =>
        (await aSession({ sessions, ...stores }, device, { now: anInstant, expiresAt })).id;
      const [expired, lasting] = [await made(before - 1), await made(before)];
      const [revoked, revokedLater] = [await made(before + 500), await made(before + 500)];
      await sessions.revoke([revoked], before - 1);
      await sessions.revoke([revokedLater], before);
      expect(await sessions.forget(before, 100)).toBe(2);
      for (const id of [expired, revoked]) expect(await sessions.find(id)).toBeNull();
      for (const id of [lasting, revokedLater]) expect((await sessions.find(id))?.id).toBe(id);
      expect(await sessions.revokedSince(anInstant)).toEqual([revokedLater]);
      expect(await sessions.forget(before, 100)).toBe(0);
    });

    it('makes their tokens unknown, replaced ones too, and leaves those of others', async ({
      stores,
    }) => {
      const { sessions } = stores;
      const device = await aCertifiedDevice(stores);
      const hashes = (name: string) => ({
        first: sha256Of(`first of ${name}`),
        second: sha256Of(`second of ${name}`),
      });
      const [ended, going] = [hashes('ended'), hashes('going')];
      for (const [{ first, second }, expiresAt] of [
        [ended, before - 1],
        [going, before + 500],
      ] as const) {
        await aSession(stores, device, { tokenHash: first, now: anInstant, expiresAt });
        const rotation = { presented: first, next: second, now: anInstant, expiresAt, graceMs: 0 };
        expect((await sessions.rotate(rotation)).code).toBe('rotated');
      }
      expect(await sessions.forget(before, 100)).toBe(1);
      const again = {
        next: sha256Of('another'),
        now: anInstant + 1,
        expiresAt: before,
        graceMs: 0,
      };
      for (const presented of [ended.first, ended.second])
        expect((await sessions.rotate({ ...again, presented })).code).toBe('unknown');
      expect((await sessions.rotate({ ...again, presented: going.second })).code).toBe('rotated');
      // What is forgotten is in nobody's way.
      await aSession(stores, device, { tokenHash: ended.second });
    });

    it('takes at most as many as it is told, each for one of racing callers', async ({
      stores,
    }) => {
      const device = await aCertifiedDevice(stores);
      const ended = many(30, () =>
        aSession(stores, device, { now: anInstant, expiresAt: before - 1 }),
      );
      const ids = (await Promise.all(ended)).map(idOf);
      expect(await stores.sessions.forget(before, 4)).toBe(4);
      const counts = await Promise.all(many(8, () => stores.sessions.forget(before, 30)));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(26);
      for (const id of ids) expect(await stores.sessions.find(id)).toBeNull();
    });
  });
}
