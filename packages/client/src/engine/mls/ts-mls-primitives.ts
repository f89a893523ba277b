import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import {
  type CiphersuiteImpl,
  type CiphersuiteName,
  defaultCryptoProvider,
  getCiphersuiteFromName,
  nobleCryptoProvider,
} from 'ts-mls';

/**
 * The primitives of a suite with SHA-256. What MLS calls hundreds of times on a few bytes, hashes, HMAC and HKDF, is
 * computed where it is called: Web Crypto takes longer to hand such a call to another thread and back than the call
 * itself takes, and many times longer on a busy machine. Signatures, HPKE and the AEAD of messages stay Web Crypto's: AES
 * and curves in JavaScript would be open to timing.
 */
export async function primitivesOf(name: CiphersuiteName): Promise<CiphersuiteImpl> {
  const suite = getCiphersuiteFromName(name);
  const web = await defaultCryptoProvider.getCiphersuiteImpl(suite);
  const { hash } = await nobleCryptoProvider.getCiphersuiteImpl(suite);
  return {
    ...web,
    hash,
    kdf: {
      size: sha256.outputLen,
      extract: async (salt, ikm) => extract(sha256, ikm, salt),
      expand: async (prk, info, length) => expand(sha256, prk, info, length),
    },
  };
}
