import { createHmac, createSecretKey } from 'node:crypto';
import type { KeyHash } from '@sealpost/domain';

/** HMAC-SHA-256 (RFC 2104) under a key of its own, which is derived from the secret. */
export function keyedHash(secret: Uint8Array): KeyHash {
  const derived = createHmac('sha256', secret).update('rate-limit-keys').digest();
  const key = createSecretKey(derived);
  return (text) => createHmac('sha256', key).update(text).digest('base64url');
}
