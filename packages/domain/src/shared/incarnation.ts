import type { SigningKeyStore } from '../account/signing-key-store.port.ts';
import type { KeyDirectory } from '../keys/key-directory.port.ts';
import type { ConversationLog } from '../log/conversation-log.port.ts';
import type { DeploymentStore } from './deployment-store.port.ts';

/**
 * What an operator runs after restoring a backup: every one-time bundle is void (G11), and so is every access token, since
 * the session that it names may not be there any more to be ended (G6); every log notes where it stands, and a new
 * incarnation begins (G9). In this order, so that a crash in between is healed by running it again.
 */
export async function beginIncarnation(stores: {
  keys: KeyDirectory;
  log: ConversationLog;
  signingKeys: SigningKeyStore;
  deployment: DeploymentStore;
}): Promise<number> {
  const current = await stores.deployment.incarnation();
  await stores.keys.voidOneTime();
  for (const { id } of await stores.signingKeys.list()) await stores.signingKeys.remove(id);
  await stores.log.markRestored(current + 1);
  return stores.deployment.raiseIncarnation(current);
}
