import { prepare, stepsDue } from '../backends/backends.ts';
import type { Config } from '../config/schema.ts';
import { withStores } from './open-stores.ts';

/** Brings the database's schema up to date. Answers the steps that were due. */
export const migrateDatabase = (config: Config): Promise<readonly string[]> =>
  withStores(config, async (backends) => {
    const steps = await stepsDue(backends);
    await prepare(backends);
    return steps;
  });
