import { SystemClock } from '@sealpost/adapter-system';
import { beginIncarnation } from '@sealpost/domain';
import { prepare } from '../backends/backends.ts';
import type { Config } from '../config/schema.ts';
import { withStores } from './open-stores.ts';

/**
 * What must be done once after a backup was restored, while no server runs: one-time keys are void (G11) and a new
 * incarnation begins (G9). Answers its number. The schema is brought up to date first: a backup may be old.
 */
export const beginAfterRestore = (config: Config): Promise<number> =>
  withStores(config, async (backends) => {
    await prepare(backends);
    return beginIncarnation(backends.stores, new SystemClock());
  });
