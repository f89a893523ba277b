import { createHmac, hash } from 'node:crypto';
import type { KeyHash } from '@sealpost/domain';

/**
 * SHA-256 of a key and the text, nested as HMAC nests it, under a key that is derived from the secret. Measured, Node's
 * HMAC takes three times as long as two of its one-shot hashes.
 */
export function keyedHash(secret: Uint8Array): KeyHash {
  const key = createHmac('sha256', secret).update('rate-limit-keys').digest('base64url');
  return (text) => hash('sha256', key + hash('sha256', key + text, 'base64url'), 'base64url');
}
