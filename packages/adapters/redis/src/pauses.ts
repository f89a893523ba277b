import type { RandomSource } from '@sealpost/domain';

const firstPauseMs = 50;

/**
 * How long to wait before another try, after so many that failed. It grows, and is drawn: all processes lose a server at
 * once and do not come back at once.
 */
export function pauseMs(random: RandomSource, longestMs: number, failures: number): number {
  const fullMs = Math.min(longestMs, firstPauseMs * 2 ** Math.min(failures, 16));
  const [drawn = 0] = random.bytes(1);
  return Math.ceil((fullMs * (drawn + 1)) / 256);
}
