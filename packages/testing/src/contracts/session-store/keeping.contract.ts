import { describe, expect } from 'vitest';
import { aCertifiedDevice, aNewSession, aSession } from '../../builders/account.ts';
import { bytesOf, sha256Of } from '../../builders/bytes.ts';
import { anAccountId, anInstant, aSessionId } from '../../builders/ids.ts';
import { expectSilentFailure, marker } from '../silence.ts';
import { testsOf, type StoresSubject } from '../subject.ts';

export function keepingSessions(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('a session', () => {
    it('is found as it was made', async ({ stores }) => {
      const device = await aCertifiedDevice(stores);
      const { id } = await aSession(stores, device, {
        now: anInstant + 1,
        expiresAt: anInstant + 100,
      });
      expect(await stores.sessions.find(id)).toEqual({
        id,
        ...device,
        createdAt: anInstant + 1,
        lastUsedAt: anInstant + 1,
        expiresAt: anInstant + 100,
        revokedAt: null,
      });
      expect(await stores.sessions.find(aSessionId())).toBeNull();
    });

    it('is listed for its account, newest first, unless revoked or expired', async ({ stores }) => {
      const device = await aCertifiedDevice(stores);
      const made = async (now: number, expiresAt: number) =>
        (await aSession(stores, device, { now, expiresAt })).id;
      const first = await made(anInstant, anInstant + 500);
      const third = await made(anInstant + 20, anInstant + 100);
      const second = await made(anInstant + 10, anInstant + 500);
      const revoked = await made(anInstant + 15, anInstant + 500);
      await aSession(stores, await aCertifiedDevice(stores));
      await stores.sessions.revoke([revoked], anInstant + 16);
      const listed = async (now: number) =>
        (await stores.sessions.list(device.account, now)).map(({ id }) => id);
      expect(await listed(anInstant + 99)).toEqual([third, second, first]);
      expect(await listed(anInstant + 100)).toEqual([second, first]);
      expect(await listed(anInstant + 500)).toEqual([]);
      expect(await stores.sessions.list(anAccountId(), anInstant)).toEqual([]);
    });
  });

  describe('a failure', () => {
    it('is what a second session of the same id is, and tells nothing of it', async ({
      stores,
    }) => {
      const device = await aCertifiedDevice(stores);
      const session = aNewSession(device, { id: marker, tokenHash: bytesOf(marker) });
      await stores.sessions.create(session);
      await expectSilentFailure(() =>
        stores.sessions.create({ ...session, tokenHash: sha256Of(marker) }),
      );
    });

    it('tells nothing of a value', async ({ stores: { sessions }, dispose }) => {
      await dispose();
      const token = bytesOf(marker);
      const session = aNewSession(
        { account: marker, device: marker },
        { id: marker, tokenHash: token },
      );
      await expectSilentFailure(() => sessions.create(session));
      await expectSilentFailure(() =>
        sessions.rotate({ presented: token, next: token, now: 1, expiresAt: 2, graceMs: 3 }),
      );
      await expectSilentFailure(() => sessions.find(marker));
      await expectSilentFailure(() => sessions.list(marker, anInstant));
      await expectSilentFailure(() => sessions.revoke([marker], anInstant));
      await expectSilentFailure(() => sessions.revokedSince(anInstant));
    });
  });
}
