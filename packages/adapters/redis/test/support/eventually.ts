import { setTimeout as sleep } from 'node:timers/promises';

const limitMs = 30_000;

/** Waits until `condition` holds, which must happen within seconds. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + limitMs; performance.now() < end; await sleep(10)) {
    if (await condition()) return;
  }
  throw new Error('what the test waits for did not happen');
}
