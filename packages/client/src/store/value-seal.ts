import type { Bytes } from '../engine/engine.port.ts';
import { keyToBytes } from './key-order.ts';
import { type SealKey, type SealKeys, TAG_BYTES } from './seal-keys.ts';

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
  readonly #storeKey: Bytes;
  readonly #derive: SealKeys;
  readonly #keys = new Map<string, Promise<SealKey>>();
  #salt = new Uint8Array(SALT_BYTES);
  #left = 0;

  constructor(storeKey: Bytes, derive: SealKeys) {
    if (storeKey.length !== 32) throw new RangeError('a store key has 32 bytes');
    this.#storeKey = new Uint8Array(storeKey);
    this.#derive = derive;
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
    const sealed = await key.encrypt(nonceOf(header), keyToBytes(recordKey), value);
    const whole = new Uint8Array(HEADER_BYTES + sealed.length);
    whole.set(header);
    whole.set(sealed, HEADER_BYTES);
    return whole;
  }

  /** Null when the value was not sealed by this store key for this record key, or was altered. */
  async open(recordKey: string, sealed: Bytes): Promise<Bytes | null> {
    if (sealed.length < HEADER_BYTES + TAG_BYTES || sealed[0] !== VERSION) return null;
    const key = await this.#keyOf(sealed);
    return key.decrypt(nonceOf(sealed), keyToBytes(recordKey), sealed.subarray(HEADER_BYTES));
  }

  #keyOf(header: Bytes): Promise<SealKey> {
    const salt = header.slice(1, 1 + SALT_BYTES);
    const name = salt.join();
    const known = this.#keys.get(name);
    if (known) return known;
    const [oldest] = this.#keys.keys();
    if (this.#keys.size >= KEYS_KEPT && oldest !== undefined) this.#keys.delete(oldest);
    const key = this.#derive(this.#storeKey, salt);
    this.#keys.set(name, key);
    return key;
  }
}

const VERSION = 1;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const HEADER_BYTES = 1 + SALT_BYTES + NONCE_BYTES;
const VALUES_PER_SALT = 2 ** 20;
const KEYS_KEPT = 256;

const nonceOf = (header: Bytes): Bytes => header.subarray(1 + SALT_BYTES, HEADER_BYTES);
