const SMALLEST_BYTES = 256;

/**
 * How many zero bytes to append so that `length` shows only its size bucket: at least 256 bytes, above that Padmé
 * (Nikitin et al. 2019), which costs at most 12 % and leaves a number of buckets that is logarithmic in the length.
 */
export const paddingOf = (length: number): number => bucketOf(length) - length;

function bucketOf(length: number): number {
  if (length <= SMALLEST_BYTES) return SMALLEST_BYTES;
  const exponent = Math.floor(Math.log2(length));
  const kept = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** (exponent - kept);
  return Math.ceil(length / step) * step;
}
