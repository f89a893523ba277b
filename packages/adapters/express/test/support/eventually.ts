import { setTimeout as delay } from 'node:timers/promises';

/** Looks until it holds; the test's own time limit ends what never does. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(5);
}
