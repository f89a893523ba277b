import { describe, expect } from 'vitest';
import type { Bytes, Rotation, SessionStore } from '@sealpost/domain';
import { aCertifiedDevice, aSession } from '../../builders/account.ts';
import { sha256Of } from '../../builders/bytes.ts';
import { anInstant, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';

const graceMs = 60;
const [first, second, third, fourth] = [sha256Of('1'), sha256Of('2'), sha256Of('3'), sha256Of('4')];

/** Rotates `after` milliseconds from the start. */
const rotate = (
  sessions: SessionStore,
  presented: Bytes,
  next: Bytes,
  after = 0,
): Promise<Rotation> =>
  sessions.rotate({
    presented,
    next,
    now: anInstant + after,
    expiresAt: anInstant + after + 1000,
    graceMs,
  });

export function rotating(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('rotating a token', () => {
    it("makes the next one the session's token, and renews the session", async ({ stores }) => {
      const { sessions } = stores;
      const { id } = await aSession(stores, await aCertifiedDevice(stores), { tokenHash: first });
      const rotation = await rotate(sessions, first, second, 5);
      const session = {
        ...(await sessions.find(id)),
        lastUsedAt: anInstant + 5,
        expiresAt: anInstant + 1005,
      };
      expect(rotation).toEqual({ code: 'rotated', session });
      expect(await sessions.find(id)).toEqual(session);
      expect(await rotate(sessions, second, third, 6)).toMatchObject({
        code: 'rotated',
        session: { id },
      });
    });

    it('answers the very same rotation again within the grace', async ({ stores }) => {
      const { sessions } = stores;
      const { id } = await aSession(stores, await aCertifiedDevice(stores), { tokenHash: first });
      await rotate(sessions, first, second);
      expect(await rotate(sessions, first, second, graceMs - 1)).toMatchObject({
        code: 'rotated',
        session: { id, revokedAt: null },
      });
      expect(await rotate(sessions, second, third, graceMs)).toMatchObject({ code: 'rotated' });
    });

    it('revokes the session when a replaced token comes with another successor (G6)', async ({
      stores,
    }) => {
      const { sessions } = stores;
      const { id } = await aSession(stores, await aCertifiedDevice(stores), { tokenHash: first });
      await rotate(sessions, first, second);
      expect(await rotate(sessions, first, third, 1)).toMatchObject({
        code: 'reused',
        session: { id, revokedAt: anInstant + 1 },
      });
      expect((await sessions.find(id))?.revokedAt).toBe(anInstant + 1);
    });

    it('revokes the session when a rotation is repeated after the grace (G6)', async ({
      stores,
    }) => {
      const { sessions } = stores;
      const { id } = await aSession(stores, await aCertifiedDevice(stores), { tokenHash: first });
      await rotate(sessions, first, second);
      expect(await rotate(sessions, first, second, graceMs + 1)).toMatchObject({
        code: 'reused',
        session: { id },
      });
      expect((await sessions.find(id))?.revokedAt).toBe(anInstant + graceMs + 1);
    });

    it('revokes the session when a token comes that was replaced long before, or whose successor is replaced too (G6)', async ({
      stores,
    }) => {
      const { sessions } = stores;
      const device = await aCertifiedDevice(stores);
      const one = await aSession(stores, device, { tokenHash: first });
      await rotate(sessions, first, second);
      await rotate(sessions, second, third, 1);
      expect(await rotate(sessions, first, second, 2)).toMatchObject({
        code: 'reused',
        session: { id: one.id },
      });
      const other = await aSession(stores, device, { tokenHash: fourth });
      expect((await sessions.find(other.id))?.revokedAt).toBeNull();
    });

    it('knows no token of a session that is revoked', async ({ stores }) => {
      const { sessions } = stores;
      const { id } = await aSession(stores, await aCertifiedDevice(stores), { tokenHash: first });
      await rotate(sessions, first, second);
      await sessions.revoke([id], anInstant + 1);
      expect(await rotate(sessions, second, third, 2)).toEqual({ code: 'unknown' });
      expect(await rotate(sessions, first, third, 2)).toEqual({ code: 'unknown' });
      expect((await sessions.find(id))?.revokedAt).toBe(anInstant + 1);
    });

    it('knows no token that was never given, and spends none', async ({ stores }) => {
      const { sessions } = stores;
      await aSession(stores, await aCertifiedDevice(stores), { tokenHash: first });
      expect(await rotate(sessions, second, third)).toEqual({ code: 'unknown' });
      expect(await rotate(sessions, third, fourth)).toEqual({ code: 'unknown' });
      expect(await rotate(sessions, first, second)).toMatchObject({ code: 'rotated' });
    });

    it('takes no successor that is, or was, a token of any session, and changes nothing then', async ({
      stores,
    }) => {
      const { sessions } = stores;
      const device = await aCertifiedDevice(stores);
      const one = await aSession(stores, device, { tokenHash: first });
      const other = await aSession(stores, device, { tokenHash: second });
      await rotate(sessions, second, third);
      for (const taken of [first, second, third])
        expect(await rotate(sessions, first, taken, 1)).toEqual({ code: 'taken' });
      expect(await rotate(sessions, second, third, 2)).toMatchObject({ session: { id: other.id } });
      expect(await rotate(sessions, first, fourth, 2)).toMatchObject({
        code: 'rotated',
        session: { id: one.id },
      });
    });

    it('is refused from the expiry of the session on', async ({ stores }) => {
      const { sessions } = stores;
      const device = await aCertifiedDevice(stores);
      await aSession(stores, device, { tokenHash: first, expiresAt: anInstant + 10 });
      expect(await rotate(sessions, first, second, 10)).toEqual({ code: 'expired' });
      expect(await rotate(sessions, first, second, 9)).toMatchObject({ code: 'rotated' });
    });

    it('answers all of 16 racing callers alike when they want the same successor', async ({
      stores,
    }) => {
      const { sessions } = stores;
      await aSession(stores, await aCertifiedDevice(stores), { tokenHash: first });
      const rotations = await Promise.all(many(16, () => rotate(sessions, first, second)));
      expect(rotations.map(({ code }) => code)).toEqual(many(16, () => 'rotated'));
      expect(await rotate(sessions, second, third, 1)).toMatchObject({ code: 'rotated' });
    });

    it('of one token by 16 racing callers with different successors revokes the session (G6)', async ({
      stores,
    }) => {
      const { sessions } = stores;
      const { id } = await aSession(stores, await aCertifiedDevice(stores), { tokenHash: first });
      const rotations = await Promise.all(
        many(16, (caller) => rotate(sessions, first, sha256Of(`next ${caller}`))),
      );
      expect(rotations.map(({ code }) => code).toSorted()).toEqual([
        'reused',
        'rotated',
        ...many(14, () => 'unknown'),
      ]);
      expect((await sessions.find(id))?.revokedAt).toBe(anInstant);
    });
  });
}
