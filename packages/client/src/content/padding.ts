/**
 * The length to which content of `length` bytes is padded before it is encrypted, so that a ciphertext's length says
 * little of what was written: 256, 512 and 1,024 bytes, where nearly all messages lie, and above that Padmé.
 *
 * Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", 2019) keeps as
 * many leading bits of a length as the exponent has bits and rounds the others up: it adds at most 12%, and lengths up
 * to n take only O(log log n) bits to tell.
 */
export function paddedLength(length: number): number {
  const bucket = BUCKETS.find((size) => length <= size);
  if (bucket !== undefined) return bucket;
  const exponent = 31 - Math.clz32(length);
  const kept = 32 - Math.clz32(exponent);
  const step = 2 ** (exponent - kept);
  return Math.ceil(length / step) * step;
}

const BUCKETS = [256, 512, 1024];
