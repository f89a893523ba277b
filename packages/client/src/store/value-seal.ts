import type { Bytes } from '../engine/engine.port.ts';
import { keyToBytes } from './key-order.ts';

/**
 * Seals record values with AES-256-GCM (NIST SP 800-38D) under keys derived by HKDF-SHA-256 (RFC 5869).
 *
 * A sealed value is `0x01 ‖ salt (16) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`. The value's key is
 * HKDF(store key, salt, "sealpost/store/1"); the record key is the associated data, so a value opens only under the key
 * that it was written with.
 *
 * A device writes its ratchets for years, and one AES-GCM key with random 96-bit nonces is good for 2^32 values only.
 * So each opening of the store, and each 2^20 values, begins with a fresh random salt and with it a fresh key: two
 * nonces under one key then meet with a probability below 2^-57, and two salts below 2^-64 after 2^32 openings. Nonces are random, not
 * counted, so that a cloned process or a restored backup does not use one again.
 */
export class ValueSeal {
  readonly #storeKey: CryptoKey;
  readonly #keys = new Map<string, Promise<CryptoKey>>();
  #salt = new Uint8Array(SALT_BYTES);
  #left = 0;

  private constructor(storeKey: CryptoKey) {
    this.#storeKey = storeKey;
  }

  static async under(storeKey: Bytes): Promise<ValueSeal> {
    if (storeKey.length !== 32) throw new RangeError('a store key has 32 bytes');
    const bytes = new Uint8Array(storeKey);
    return new ValueSeal(await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey']));
  }

  async seal(recordKey: string, value: Bytes): Promise<Bytes> {
    if (this.#left === 0) {
      this.#salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
      this.#left = VALUES_PER_SALT;
    }
    this.#left -= 1;
    const header = new Uint8Array(HEADER_BYTES);
    header[0] = VERSION;
    header.set(this.#salt, 1);
    crypto.getRandomValues(header.subarray(1 + SALT_BYTES));
    const key = await this.#keyOf(header);
    const sealed = await crypto.subtle.encrypt(gcm(header, recordKey), key, new Uint8Array(value));
    const whole = new Uint8Array(HEADER_BYTES + sealed.byteLength);
    whole.set(header);
    whole.set(new Uint8Array(sealed), HEADER_BYTES);
    return whole;
  }

  /** Null when the value was not sealed by this store key for this record key, or was altered. */
  async open(recordKey: string, sealed: Bytes): Promise<Bytes | null> {
    if (sealed.length < HEADER_BYTES + TAG_BYTES || sealed[0] !== VERSION) return null;
    const header = new Uint8Array(sealed.subarray(0, HEADER_BYTES));
    const key = await this.#keyOf(header);
    const body = new Uint8Array(sealed.subarray(HEADER_BYTES));
    return crypto.subtle.decrypt(gcm(header, recordKey), key, body).then(
      (value) => new Uint8Array(value),
      (error: unknown) => {
        if (error instanceof DOMException && error.name === 'OperationError') return null;
        throw error;
      },
    );
  }

  #keyOf(header: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
    const salt = header.slice(1, 1 + SALT_BYTES);
    const name = salt.join();
    const known = this.#keys.get(name);
    if (known) return known;
    const [oldest] = this.#keys.keys();
    if (this.#keys.size >= KEYS_KEPT && oldest !== undefined) this.#keys.delete(oldest);
    const key = crypto.subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt, info: INFO },
      this.#storeKey,
      { name: 'AES-GCM', length: 256 },
      false,
      ['encrypt', 'decrypt'],
    );
    this.#keys.set(name, key);
    return key;
  }
}

const VERSION = 1;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + SALT_BYTES + NONCE_BYTES;
const VALUES_PER_SALT = 2 ** 20;
const KEYS_KEPT = 256;
const INFO = new TextEncoder().encode('sealpost/store/1');

function gcm(header: Uint8Array<ArrayBuffer>, recordKey: string): AesGcmParams {
  return {
    name: 'AES-GCM',
    iv: header.slice(1 + SALT_BYTES),
    additionalData: new Uint8Array(keyToBytes(recordKey)),
  };
}
