import type { Bytes } from '../engine/engine.port.ts';
import { verifyEd25519 } from './ed25519.ts';

/**
 * An account's Ed25519 key pair (RFC 8032). What it signs, all devices and contacts of the account believe; so the
 * private half is kept in private fields, where no log or serialisation finds it, and leaves only as `seed` or `pkcs8`.
 */
export class AccountKey {
  /** 32 bytes, raw. */
  readonly publicKey: Bytes;
  readonly #privateKey: CryptoKey;
  readonly #pkcs8: Bytes;

  private constructor(publicKey: Bytes, privateKey: CryptoKey, pkcs8: Bytes) {
    this.publicKey = publicKey;
    this.#privateKey = privateKey;
    this.#pkcs8 = pkcs8;
  }

  static generate(): Promise<AccountKey> {
    return AccountKey.fromSeed(crypto.getRandomValues(new Uint8Array(SEED_BYTES)));
  }

  /** The key pair of an RFC 8032 private key of 32 bytes. */
  static async fromSeed(seed: Bytes): Promise<AccountKey> {
    if (seed.length !== SEED_BYTES) throw new RangeError('an account key has a seed of 32 bytes');
    const pkcs8 = new Uint8Array([...PKCS8_PREFIX, ...seed]);
    const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
    const { x } = await crypto.subtle.exportKey('jwk', privateKey);
    if (x === undefined) throw new Error('the platform gives no public half of an Ed25519 key');
    return new AccountKey(fromBase64Url(x), privateKey, pkcs8);
  }

  /** A 64-byte signature; `verifyEd25519` checks it. */
  async sign(message: Bytes): Promise<Bytes> {
    return new Uint8Array(
      await crypto.subtle.sign('Ed25519', this.#privateKey, new Uint8Array(message)),
    );
  }

  verify(message: Bytes, signature: Bytes): Promise<boolean> {
    return verifyEd25519(this.publicKey, message, signature);
  }

  /** Secret: the 32-byte RFC 8032 private key. */
  seed(): Bytes {
    return this.#pkcs8.slice(PKCS8_PREFIX.length);
  }

  /** Secret: the private key as PKCS #8 (RFC 8410). */
  pkcs8(): Bytes {
    return this.#pkcs8.slice();
  }
}

const SEED_BYTES = 32;

/** All of a PKCS #8 Ed25519 key but the seed at its end: version 0, id-Ed25519, an octet string in an octet string. */
const PKCS8_PREFIX = [0x30, 46, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 34, 4, 32];

const fromBase64Url = (text: string): Bytes =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
