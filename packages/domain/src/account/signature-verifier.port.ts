import type { Bytes } from '../shared/ids.ts';

/** Ed25519 verification (RFC 8032); false for malformed keys too. */
export interface SignatureVerifier {
  verify(publicKey: Bytes, message: Bytes, signature: Bytes): boolean;
}
