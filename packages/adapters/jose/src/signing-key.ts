import {
  AdapterFailure,
  type RandomSource,
  type SigningKey,
  type Timestamp,
} from '@sealpost/domain';
import { base64url, type CryptoKey, type JWK } from 'jose';

/** HMAC by SHA-256 (RFC 7518, 3.2): whoever verifies a token is a process of the deployment, and has the key anyway. */
export const ALGORITHM = 'HS256';
/** As long as the hash's output, as RFC 7518 asks for. */
const KEY_BYTES = 32;

/** A stored key, ready for use. */
export interface LoadedKey {
  readonly id: string;
  readonly createdAt: Timestamp;
  readonly secret: CryptoKey;
}

/** A fresh key as a JSON Web Key (RFC 7518, 6.4). */
export function newSigningKey(random: RandomSource, createdAt: Timestamp): SigningKey {
  const jwk = { kty: 'oct', k: base64url.encode(random.bytes(KEY_BYTES)) } satisfies JWK;
  return { id: random.id(), secretJwk: JSON.stringify(jwk), createdAt };
}

/** @throws AdapterFailure if what is stored is no such key; its text would be the key, so nothing of it is told. */
export async function loadSigningKey({ id, secretJwk, createdAt }: SigningKey): Promise<LoadedKey> {
  try {
    const { kty, k } = JSON.parse(secretJwk) as JWK;
    const bytes = base64url.decode(k ?? '');
    if (kty !== 'oct' || bytes.length !== KEY_BYTES) throw new TypeError();
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    // Imported once: given the bytes, jose would import them for every token.
    const secret = await crypto.subtle.importKey('raw', bytes, hmac, false, ['sign', 'verify']);
    return { id, createdAt, secret };
  } catch {
    throw new AdapterFailure({
      adapter: 'jose',
      operation: 'load signing key',
      retryable: false,
      detail: 'malformed_key',
    });
  }
}
