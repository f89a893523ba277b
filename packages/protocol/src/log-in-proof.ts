import { canonicalBytes } from './canonical.ts';

/**
 * The exact bytes that a device signs with its signature key to prove, at log-in, that it still is the device: the
 * label `sealpost/login/1`, the device id, and the time in Unix milliseconds, in canonical form. Null when the claim
 * has no such form: it proves nothing.
 */
export const logInProofBytes = (claim: {
  readonly device: string;
  readonly issuedAt: number;
}): Uint8Array | null => canonicalBytes('sealpost/login/1', [claim.device, claim.issuedAt]);
