import type { RandomSource } from '@sealpost/domain';

/** A whole number from `from` up to, not with, `to`: keeps clients that were sent away together from coming back together. */
export function jitter(random: RandomSource, from: number, to: number): number {
  const bytes = random.bytes(4);
  const drawn = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32;
  return Math.floor(from + drawn * (to - from));
}
