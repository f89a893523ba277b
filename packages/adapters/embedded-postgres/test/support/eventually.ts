import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `condition` holds. */
export async function eventually(condition: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 30_000; performance.now() < end; await sleep(20)) {
    if (await condition()) return;
  }
  throw new Error('the condition never came to hold');
}
