import { commandHost } from '../backends/adapter-host.ts';
import type { Backends } from '../backends/backends.ts';
import { openBackends } from '../backends/open-backends.ts';
import type { Config } from '../config/schema.ts';
import { StartError } from '../lifecycle/start-error.ts';
import { standardLog } from '../log/pino-log.ts';
import type { ServerLog } from '../log/log-record.ts';

/** Opens what the configuration names, as no server runs on it; for audits and operators' commands. */
export const openStores = (
  config: Config,
  log: ServerLog = standardLog(config),
): Promise<Backends> => openBackends(config, commandHost(config, log));

/** Does something to data that last, and closes everything again. */
export async function withStores<T>(
  config: Config,
  work: (backends: Backends) => Promise<T>,
): Promise<T> {
  if (config.storage.kind === 'memory') {
    throw new StartError(
      'nothing_kept',
      'storage.kind is memory: nothing is kept, so there is nothing to be done.',
    );
  }
  const backends = await openStores(config);
  try {
    return await work(backends);
  } finally {
    await backends.stop();
  }
}
