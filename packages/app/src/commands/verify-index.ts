import {
  addFindings,
  type IndexFindings,
  nothingFound,
  VerifyIndex,
  VerifyRows,
} from '@sealpost/domain';
import type { Config } from '../config/schema.ts';
import { withStores } from './open-stores.ts';

interface Walk<Place> {
  step(
    after: Place | null,
  ): Promise<{ readonly found: IndexFindings; readonly next: Place | null }>;
}

/** Compares the conversation index with the logs, and with `repairs` puts right what differs; `told` hears how far it is. */
export const verifyIndex = (
  config: Config,
  repairs: boolean,
  told: (soFar: IndexFindings) => void,
): Promise<IndexFindings> =>
  withStores(config, async ({ stores: { log, index } }) => {
    let found = nothingFound;
    const walk = async <Place>(through: Walk<Place>): Promise<void> => {
      for (let after: Place | null = null; ;) {
        const step = await through.step(after);
        found = addFindings(found, step.found);
        if (step.next === null) return;
        told(found);
        after = step.next;
      }
    };
    await walk(new VerifyRows(log, index, repairs));
    await walk(new VerifyIndex(log, index, repairs));
    return found;
  });
