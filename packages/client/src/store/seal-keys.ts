import type { Bytes } from '../engine/engine.port.ts';

/** One key of AES-256-GCM (NIST SP 800-38D). Answers at once where the platform can: few values are long. */
export interface SealKey {
  /** Ciphertext and tag (16 bytes). `nonce`: 12 bytes, never used twice. */
  encrypt(nonce: Bytes, associated: Bytes, value: Bytes): Bytes | Promise<Bytes>;
  /** Null: made with another key, nonce or associated data, or altered. */
  decrypt(nonce: Bytes, associated: Bytes, sealed: Bytes): Bytes | null | Promise<Bytes | null>;
}

/** Derives a key from the store key (32 bytes) for each salt, by HKDF-SHA-256 (RFC 5869). */
export type SealKeys = (storeKey: Bytes, salt: Bytes) => Promise<SealKey>;

export const SEAL_INFO: Bytes = new TextEncoder().encode('sealpost/store/1');
export const TAG_BYTES = 16;
