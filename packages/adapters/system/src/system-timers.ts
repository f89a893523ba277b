import type { Timers } from '@sealpost/domain';

/** Node runs a timer with a longer delay at once (a 32-bit signed number of milliseconds). */
const longestMs = 2 ** 31 - 1;

export class SystemTimers implements Timers {
  after(ms: number, run: () => void): () => void {
    let timer: NodeJS.Timeout;
    const arm = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, longestMs);
      timer = setTimeout(() => (leftMs > stepMs ? arm(leftMs - stepMs) : run()), stepMs);
      timer.unref();
    };
    arm(ms);
    return () => clearTimeout(timer);
  }
}
