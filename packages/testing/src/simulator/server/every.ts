import type { LocalTime } from '../core/local-time.ts';

/** Does something now and then, the next time so long after it was done. */
export function every(
  ms: number,
  time: LocalTime,
  work: () => Promise<unknown>,
  failed: (fault: unknown) => void,
): void {
  void work()
    .catch(failed)
    .finally(() => time.after(ms, () => every(ms, time, work, failed)));
}
