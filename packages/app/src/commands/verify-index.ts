import { addFindings, type IndexFindings, nothingFound, VerifyIndex } from '@sealpost/domain';
import type { Config } from '../config/schema.ts';
import { withStores } from './open-stores.ts';

/** Compares the conversation index with the logs, and with `repairs` puts right what differs; `told` hears how far it is. */
export const verifyIndex = (
  config: Config,
  repairs: boolean,
  told: (soFar: IndexFindings) => void,
): Promise<IndexFindings> =>
  withStores(config, async ({ stores }) => {
    const verify = new VerifyIndex(stores.log, stores.index, repairs);
    let found = nothingFound;
    for (let after: string | null = null; ;) {
      const step = await verify.step(after);
      found = addFindings(found, step.found);
      if (step.next === null) return found;
      told(found);
      after = step.next;
    }
  });
