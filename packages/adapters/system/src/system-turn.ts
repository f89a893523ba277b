import type { Turn } from '@sealpost/domain';

export class SystemTurn implements Turn {
  /** Immediates run right after the poll for input. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(resolve);
    });
  }

  /** Ticks come after promises that are ready, and all of them before what the first of them resolves. */
  written(): Promise<void> {
    return new Promise((resolve) => {
      process.nextTick(resolve);
    });
  }
}
