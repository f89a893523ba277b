import { canonicalBytes } from './canonical.ts';

/** What an account says of one of its devices by signing it with the account key. */
export interface DeviceClaim {
  readonly accountId: string;
  readonly deviceId: string;
  /** The device's Ed25519 public key, 32 bytes raw. */
  readonly signatureKey: Uint8Array;
  /** Unix milliseconds; when the device was certified. */
  readonly createdAtMs: number;
}

/**
 * The exact bytes that a device certificate signs. A certificate is the 64-byte Ed25519 signature (RFC 8032, pure) of
 * these bytes by the account key; client and server verify the same.
 *
 * ```
 * "sealpost/device/1"                                     17 bytes ASCII
 * u32 length ‖ accountId in UTF-8
 * u32 length ‖ deviceId in UTF-8
 * u32 length (always 32) ‖ signatureKey
 * u32 length (always 8) ‖ createdAtMs as u64
 * ```
 *
 * Integers are big-endian. Null when the claim has no such form (an empty or ill-formed id, a key of another length, a
 * time that is no whole number of milliseconds since 1970): such a claim has no valid certificate.
 */
export function deviceCertificateBytes(claim: DeviceClaim): Uint8Array | null {
  const { accountId, deviceId, signatureKey, createdAtMs } = claim;
  if (accountId === '' || deviceId === '' || signatureKey.length !== 32) return null;
  return canonicalBytes('sealpost/device/1', [accountId, deviceId, signatureKey, createdAtMs]);
}
