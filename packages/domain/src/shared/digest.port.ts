import type { Bytes } from './ids.ts';

/** SHA-256 (FIPS 180-4); the domain holds no cryptography of its own. */
export interface Digest {
  sha256(bytes: Bytes): Bytes;
}
