import { assert } from '@sealpost/domain';

/** Lets the event loop turn, so that a test's time limit can end a loop whose end does not come. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** Asks until it holds, mostly without pause, so as to see also what lasts a moment only. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let asked = 1; !(await holds()); asked += 1) if (asked % 16 === 0) await turn();
}

/** Counts the rounds of a loop that a broken adapter would make endless. */
export function bounded(limit: number): () => void {
  let rounds = 0;
  return () => {
    rounds += 1;
    assert(rounds <= limit, `a loop of the suite ends within ${limit} rounds`);
  };
}
