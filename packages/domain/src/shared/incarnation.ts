import type { SigningKeyStore } from '../account/signing-key-store.port.ts';
import type { KeyDirectory } from '../keys/key-directory.port.ts';
import type { ConversationLog } from '../log/conversation-log.port.ts';
import type { Clock } from './clock.port.ts';
import type { DeploymentStore } from './deployment-store.port.ts';

/**
 * What an operator runs after restoring a backup: every one-time bundle is void (G11), and so is every access token, since
 * the session that it names may not be there any more to be ended (G6); every log notes where it stands, and a new
 * incarnation begins (G9). In this order, so that a crash in between is healed by running it again.
 *
 * It is numbered by the time, in milliseconds: of what the data went back from they do not know, and a number that is
 * counted on from a backup which is restored twice would be one that devices have seen already.
 */
export async function beginIncarnation(
  stores: {
    keys: KeyDirectory;
    log: ConversationLog;
    signingKeys: SigningKeyStore;
    deployment: DeploymentStore;
  },
  clock: Clock,
): Promise<number> {
  const current = await stores.deployment.incarnation();
  const next = Math.max(current + 1, clock.now());
  await stores.keys.voidOneTime();
  for (const { id } of await stores.signingKeys.list()) await stores.signingKeys.remove(id);
  await stores.log.markRestored(next);
  return stores.deployment.raiseIncarnation(current, next);
}
