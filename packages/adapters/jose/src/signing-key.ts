import { AdapterFailure, type SigningKey, type Timestamp } from '@sealpost/domain';
import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';

export const ALGORITHM = 'EdDSA';

/** A stored key, ready for use. */
export interface LoadedKey {
  readonly id: string;
  readonly createdAt: Timestamp;
  readonly signs: CryptoKey;
  readonly verifies: CryptoKey;
}

/** A fresh Ed25519 key (RFC 8032) as a JSON Web Key (RFC 8037). */
export async function newSigningKey(id: string, createdAt: Timestamp): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
  return { id, privateJwk: JSON.stringify(await exportJWK(privateKey)), createdAt };
}

async function imported(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, ALGORITHM);
  if (key instanceof Uint8Array || key.algorithm.name !== 'Ed25519') throw new TypeError();
  return key;
}

/** @throws AdapterFailure if what is stored is no Ed25519 key; its text would be the key, so nothing of it is told. */
export async function loadSigningKey({
  id,
  privateJwk,
  createdAt,
}: SigningKey): Promise<LoadedKey> {
  try {
    const { kty, crv, x, d } = JSON.parse(privateJwk) as JWK;
    if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined || d === undefined)
      throw new TypeError();
    const signs = await imported({ kty, crv, x, d });
    const verifies = await imported({ kty, crv, x });
    return { id, createdAt, signs, verifies };
  } catch {
    throw new AdapterFailure({
      adapter: 'jose',
      operation: 'load signing key',
      retryable: false,
      detail: 'malformed_key',
    });
  }
}
