import type { KeyDirectory } from '../keys/key-directory.port.ts';
import type { ConversationLog } from '../log/conversation-log.port.ts';
import type { DeploymentStore } from './deployment-store.port.ts';

/**
 * What an operator runs after restoring a backup: every one-time bundle is void (G11), every log notes where it stands,
 * and a new incarnation begins (G9). In this order, so that a crash in between is healed by running it again.
 */
export async function beginIncarnation(stores: {
  keys: KeyDirectory;
  log: ConversationLog;
  deployment: DeploymentStore;
}): Promise<number> {
  const current = await stores.deployment.incarnation();
  await stores.keys.voidOneTime();
  await stores.log.markRestored(current + 1);
  return stores.deployment.raiseIncarnation(current);
}
