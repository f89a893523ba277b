import { openStorage } from '../composition/open-storage.ts';
import type { Storage } from '../composition/storage.ts';
import type { Config } from '../config/schema.ts';
import { StartError } from '../lifecycle/start-error.ts';
import { standardLog } from '../log/pino-log.ts';
import type { ServerLog } from '../log/log-record.ts';

/** Opens the configured storage alone, as no server runs on it; for audits and operators' commands. */
export const openStores = (
  config: Config,
  log: ServerLog = standardLog(config),
): Promise<Storage> => openStorage(config, log);

/** Does something to data that last, on a schema that is this release's, and closes everything again. */
export async function withStores<T>(
  config: Config,
  work: (storage: Storage) => Promise<T>,
): Promise<T> {
  if (config.storage.kind === 'memory') {
    throw new StartError(
      'nothing_kept',
      'storage.kind is memory: nothing is kept, so there is nothing to be done.',
    );
  }
  const storage = await openStores(config);
  try {
    return await work(storage);
  } finally {
    await storage.stop();
  }
}
