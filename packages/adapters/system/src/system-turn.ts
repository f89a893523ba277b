import type { Turn } from '@sealpost/domain';

export class SystemTurn implements Turn {
  /** Immediates run right after the poll for input. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
