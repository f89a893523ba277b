import { hkdfSync } from 'node:crypto';

/** A key for one purpose (HKDF with SHA-256, RFC 5869), the same in every process that has the secret. */
export const derivedKey = (secret: Uint8Array, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), `sealpost/${purpose}/1`, 32));
