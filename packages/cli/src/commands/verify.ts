import { verifyIndex } from '@sealpost/app';
import type { IndexFindings } from '@sealpost/domain';
import { exitCodes } from '../exit-codes.ts';
import { serverOptions } from '../server-options.ts';

const repairFlag = 'repair';
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/**
 * Compares what the index says of memberships with the logs, also while servers run. It fails when somebody would not be
 * told of what they may read, and nothing was done about it.
 */
export async function verify(args: string[]): Promise<number> {
  const { loaded, flags } = serverOptions(args, { flags: [repairFlag] });
  const found = await verifyIndex(loaded.config, flags.has(repairFlag), (soFar) =>
    say(`${soFar.rows} rows and ${soFar.conversations} conversations so far`),
  );
  say(verdict(found));
  return found.understated > 0 && !flags.has(repairFlag) ? exitCodes.failed : exitCodes.done;
}

const verdict = (found: IndexFindings): string =>
  `verify: conversations=${found.conversations} memberships=${found.memberships} rows=${found.rows} understated=${found.understated} overstated=${found.overstated} pending=${found.pending} repaired=${found.repaired}`;
