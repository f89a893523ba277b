import { deviceCertificateBytes, type DeviceClaim } from '@sealpost/protocol';
import type { Bytes } from '../engine/engine.port.ts';
import type { AccountKey } from './account-key.ts';
import { verifyEd25519 } from './ed25519.ts';

/** The account's signature of the claim (64 bytes); throws for a claim that has no signed form. */
export async function issueDeviceCertificate(
  accountKey: AccountKey,
  claim: DeviceClaim,
): Promise<Bytes> {
  const bytes = deviceCertificateBytes(claim);
  if (bytes === null) throw new RangeError('this claim about a device cannot be certified');
  return accountKey.sign(bytes);
}

/** Whether the account of `accountPublicKey` certified exactly this claim. */
export async function verifyDeviceCertificate(
  accountPublicKey: Bytes,
  claim: DeviceClaim,
  certificate: Bytes,
): Promise<boolean> {
  const bytes = deviceCertificateBytes(claim);
  return bytes !== null && verifyEd25519(accountPublicKey, bytes, certificate);
}
