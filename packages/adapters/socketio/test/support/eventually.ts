import { setImmediate } from 'node:timers/promises';

/** Waits, turn by turn, until it holds; the test's own time limit ends what never does. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await setImmediate();
}
