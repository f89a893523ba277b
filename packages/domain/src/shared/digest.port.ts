import type { Bytes } from './ids.ts';

/** SHA-256 (FIPS 180-4); the domain holds no cryptography of its own. What is hashed is not kept: it may lie in a buffer that is used again. */
export interface Digest {
  sha256(bytes: Bytes): Bytes;
}
