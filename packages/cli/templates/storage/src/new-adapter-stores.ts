import type { AdapterHost, Stores } from '@sealpost/domain';
import { NewAdapterAccountStore } from './new-adapter-account-store.ts';
import { NewAdapterConversationIndex } from './new-adapter-conversation-index.ts';
import { NewAdapterConversationLog } from './new-adapter-conversation-log.ts';
import { NewAdapterCursorStore } from './new-adapter-cursor-store.ts';
import { NewAdapterDeploymentStore } from './new-adapter-deployment-store.ts';
import { NewAdapterDeviceStore } from './new-adapter-device-store.ts';
import { NewAdapterKeyDirectory } from './new-adapter-key-directory.ts';
import { NewAdapterSessionStore } from './new-adapter-session-store.ts';
import { NewAdapterSigningKeyStore } from './new-adapter-signing-key-store.ts';
import type { Options } from './options.ts';

/** All that outlives a process. The nine share their data: what one writes the others see. */
export const newAdapterStores = (options: Options, host: AdapterHost): Stores => ({
  log: new NewAdapterConversationLog(options, host),
  index: new NewAdapterConversationIndex(options, host),
  cursors: new NewAdapterCursorStore(options, host),
  keys: new NewAdapterKeyDirectory(options, host),
  accounts: new NewAdapterAccountStore(options, host),
  devices: new NewAdapterDeviceStore(options, host),
  sessions: new NewAdapterSessionStore(options, host),
  signingKeys: new NewAdapterSigningKeyStore(options, host),
  deployment: new NewAdapterDeploymentStore(options, host),
});
