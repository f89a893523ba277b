import type { ImportAccounts } from '@sealpost/domain';
import { TOKENS } from '../composition/tokens.ts';
import type { Config } from '../config/schema.ts';
import { Closing } from '../lifecycle/closing.ts';
import { openBackends, prepareBackends } from '../lifecycle/bring-up.ts';
import { StartError } from '../lifecycle/start-error.ts';
import { faultRecord } from '../log/fault-record.ts';
import { standardLog } from '../log/pino-log.ts';

/** Gives `work` what imports accounts, on the configured storage, and closes everything afterwards. */
export async function withAccountImport<T>(
  config: Config,
  work: (accounts: ImportAccounts) => Promise<T>,
): Promise<T> {
  if (config.storage.kind === 'memory')
    throw new StartError('nothing_kept', 'storage.kind is memory: accounts would not be kept.');
  const log = standardLog(config);
  const closing = new Closing((step, fault) => log(faultRecord(`closing ${step}`, fault)));
  try {
    const { compose } = await import('../composition/compose.ts');
    const composition = await compose(config, log);
    await prepareBackends(await openBackends(composition, closing), log);
    const passwords = await composition.get(TOKENS.passwords);
    closing.add('passwords', () => passwords.stop());
    return await work(await composition.get(TOKENS.importAccounts));
  } finally {
    await closing.close();
  }
}
