import { fc, it } from '@fast-check/vitest';
import type { DeviceClaim } from '@sealpost/protocol';
import { describe, expect } from 'vitest';
import { AccountKey } from './account-key.ts';
import { issueDeviceCertificate, verifyDeviceCertificate } from './device-certificate.ts';

const claim: DeviceClaim = {
  accountId: 'account-1',
  deviceId: 'device-1',
  signatureKey: new Uint8Array(32).fill(5),
  createdAtMs: 1_700_000_000_000,
};
const changes: readonly Partial<DeviceClaim>[] = [
  { accountId: 'account-2' },
  { deviceId: 'device-2' },
  { accountId: 'account-1d', deviceId: 'evice-1' },
  { signatureKey: new Uint8Array(32).fill(6) },
  { createdAtMs: 1_700_000_000_001 },
];

describe('a device certificate', () => {
  it('holds for the claim and the account that made it', async () => {
    const account = await AccountKey.generate();
    const certificate = await issueDeviceCertificate(account, claim);
    expect(certificate).toHaveLength(64);
    expect(await verifyDeviceCertificate(account.publicKey, claim, certificate)).toBe(true);
  });

  it('does not hold for another account', async () => {
    const [account, other] = [await AccountKey.generate(), await AccountKey.generate()];
    const certificate = await issueDeviceCertificate(account, claim);
    expect(await verifyDeviceCertificate(other.publicKey, claim, certificate)).toBe(false);
  });

  it.each(changes)('does not hold for a claim with %o', async (change) => {
    const account = await AccountKey.generate();
    const certificate = await issueDeviceCertificate(account, claim);
    const changed = { ...claim, ...change };
    expect(await verifyDeviceCertificate(account.publicKey, changed, certificate)).toBe(false);
  });

  it.prop([fc.uint8Array({ maxLength: 80 }), fc.string(), fc.integer()], { numRuns: 30 })(
    'is refused without an exception, whatever the server sends as one',
    async (certificate, deviceId, createdAtMs) => {
      const account = await AccountKey.generate();
      const sent = { ...claim, deviceId, createdAtMs };
      expect(await verifyDeviceCertificate(account.publicKey, sent, certificate)).toBe(false);
    },
  );

  it('is not made for a claim that has no signed form', async () => {
    const account = await AccountKey.generate();
    const unsignable = issueDeviceCertificate(account, { ...claim, deviceId: '' });
    await expect(unsignable).rejects.toBeInstanceOf(RangeError);
  });
});
