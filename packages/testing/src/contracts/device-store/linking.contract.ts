import { describe, expect } from 'vitest';
import { aCertifiedDevice, aLink, anApproval, aPendingDevice } from '../../builders/account.ts';
import { sha256Of, someBytes } from '../../builders/bytes.ts';
import { aDeviceId, anInstant, many } from '../../builders/ids.ts';
import { plain } from '../plain.ts';
import { testsOf, type StoresSubject } from '../subject.ts';

const [nonce, otherNonce, reveal] = [
  sha256Of('nonce'),
  sha256Of('other nonce'),
  sha256Of('reveal'),
];

export function linking(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('a link', () => {
    it('shows to each side what the other one left', async ({ stores }) => {
      const { devices } = stores;
      const { account, device: by } = await aCertifiedDevice(stores);
      const pending = await aPendingDevice(stores, account);
      const { signatureKey, ...published } = aLink();
      expect(await devices.publishLink(pending, { signatureKey, ...published })).toBe('published');
      expect(plain(await devices.link(pending))).toEqual(
        plain({ ...published, offer: null, reveal: null }),
      );
      expect(plain((await devices.find(pending))?.signatureKey)).toEqual(plain(signatureKey));
      expect(await devices.offerLink(pending, { by, nonce })).toBe('offered');
      expect(plain(await devices.link(pending))).toEqual(
        plain({ ...published, offer: { by, nonce }, reveal: null }),
      );
      expect(await devices.revealLink(pending, reveal)).toBe('revealed');
      expect(plain(await devices.link(pending))).toEqual(
        plain({ ...published, offer: { by, nonce }, reveal }),
      );
      expect(await devices.find(pending)).toMatchObject({ status: 'pending', certificate: null });
    });

    it('starts over when it is published again: the earlier offer and what was revealed for it are gone', async ({
      stores,
    }) => {
      const { devices } = stores;
      const { account, device: by } = await aCertifiedDevice(stores);
      const pending = await aPendingDevice(stores, account);
      await devices.publishLink(pending, aLink());
      await devices.offerLink(pending, { by, nonce });
      await devices.revealLink(pending, reveal);
      const { signatureKey, ...published } = aLink();
      expect(await devices.publishLink(pending, { signatureKey, ...published })).toBe('published');
      expect(plain(await devices.link(pending))).toEqual(
        plain({ ...published, offer: null, reveal: null }),
      );
      expect(plain((await devices.find(pending))?.signatureKey)).toEqual(plain(signatureKey));
      expect(await devices.revealLink(pending, reveal)).toBe('no_offer');
      expect(await devices.approve(pending, anApproval(by))).toBe('not_revealed');
      expect(await devices.offerLink(pending, { by, nonce: otherNonce })).toBe('offered');
    });

    it('is published by pending devices only', async ({ stores }) => {
      const { devices } = stores;
      const { account, device: certified } = await aCertifiedDevice(stores);
      const revoked = await aPendingDevice(stores, account);
      await devices.revoke(revoked, { now: anInstant, taskId: 'revocation' });
      const before = await devices.find(certified);
      for (const device of [certified, revoked, aDeviceId()]) {
        expect(await devices.publishLink(device, aLink())).toBe('not_pending');
      }
      expect(plain(await devices.find(certified))).toEqual(plain(before));
    });

    it('takes one offer; the same one may be repeated, another one is refused', async ({
      stores,
    }) => {
      const { devices } = stores;
      const { account, device: by } = await aCertifiedDevice(stores);
      const pending = await aPendingDevice(stores, account);
      expect(await devices.offerLink(pending, { by, nonce })).toBe('not_published');
      expect(await devices.offerLink(aDeviceId(), { by, nonce })).toBe('not_published');
      await devices.publishLink(pending, aLink());
      expect(await devices.offerLink(pending, { by, nonce })).toBe('offered');
      expect(await devices.offerLink(pending, { by, nonce })).toBe('offered');
      expect(await devices.offerLink(pending, { by, nonce: otherNonce })).toBe('already_offered');
      expect(plain((await devices.link(pending))?.offer)).toEqual(plain({ by, nonce }));
    });

    it('takes one of 16 racing offers', async ({ stores }) => {
      const { devices } = stores;
      const { account, device: by } = await aCertifiedDevice(stores);
      const pending = await aPendingDevice(stores, account);
      await devices.publishLink(pending, aLink());
      const nonces = many(16, (index) => someBytes(32, index));
      const outcomes = await Promise.all(
        nonces.map((own) => devices.offerLink(pending, { by, nonce: own })),
      );
      expect(outcomes.toSorted()).toEqual([...many(15, () => 'already_offered'), 'offered']);
      const winner = nonces[outcomes.indexOf('offered')];
      expect(plain((await devices.link(pending))?.offer?.nonce)).toEqual(plain(winner));
    });

    it('reveals nothing without an offer', async ({ stores }) => {
      const { devices } = stores;
      const { account } = await aCertifiedDevice(stores);
      const pending = await aPendingDevice(stores, account);
      expect(await devices.revealLink(pending, reveal)).toBe('no_offer');
      await devices.publishLink(pending, aLink());
      expect(await devices.revealLink(pending, reveal)).toBe('no_offer');
      expect(await devices.revealLink(aDeviceId(), reveal)).toBe('no_offer');
      expect((await devices.link(pending))?.reveal).toBeNull();
    });
  });
}
