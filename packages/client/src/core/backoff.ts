import type { RandomSource, Timers } from '@sealpost/domain';

/** Full jitter over a doubling span: a number of milliseconds from 0 to min(longest, first × 2^attempt). */
export function backoffMs(
  random: RandomSource,
  attempt: number,
  span: { readonly firstMs: number; readonly longestMs: number },
): number {
  const ceiling = Math.min(span.longestMs, span.firstMs * 2 ** Math.min(attempt, 20));
  const [high = 0, low = 0] = random.bytes(2);
  return Math.floor((((high << 8) | low) / 65_536) * (ceiling + 1));
}

export const sleep = (timers: Timers, ms: number): Promise<void> =>
  new Promise((resolve) => void timers.after(ms, resolve));
