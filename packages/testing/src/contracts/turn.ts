import { assert } from '@sealpost/domain';

/** Lets the event loop turn, so that a test's time limit can end a loop whose end does not come. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** Asks until it holds. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await turn();
}

/** Counts the rounds of a loop that a broken adapter would make endless. */
export function bounded(limit: number): () => void {
  let rounds = 0;
  return () => {
    rounds += 1;
    assert(rounds <= limit, `a loop of the suite ends within ${limit} rounds`);
  };
}
