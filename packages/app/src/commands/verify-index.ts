import {
  addFindings,
  findingsOf,
  type IndexFindings,
  VerifyIndex,
  VerifyRows,
} from '@sealpost/domain';
import type { Config } from '../config/schema.ts';
import { withStores } from './open-stores.ts';

/** Compares the conversation index with the logs, and with `repairs` puts right what differs; `told` hears how far it is. */
export const verifyIndex = (
  config: Config,
  repairs: boolean,
  told: (soFar: IndexFindings) => void,
): Promise<IndexFindings> =>
  withStores(config, async ({ stores: { log, index } }) => {
    const rows = await findingsOf(new VerifyRows(log, index, repairs), told);
    const members = await findingsOf(new VerifyIndex(log, index, repairs), (soFar) =>
      told(addFindings(rows, soFar)),
    );
    return addFindings(rows, members);
  });
