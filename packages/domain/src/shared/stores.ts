import type { AccountStore } from '../account/account-store.port.ts';
import type { DeviceStore } from '../account/device-store.port.ts';
import type { SessionStore } from '../account/session-store.port.ts';
import type { SigningKeyStore } from '../account/signing-key-store.port.ts';
import type { CursorStore } from '../delivery/cursor-store.port.ts';
import type { KeyDirectory } from '../keys/key-directory.port.ts';
import type { ConversationIndex } from '../log/conversation-index.port.ts';
import type { ConversationLog } from '../log/conversation-log.port.ts';
import type { DeploymentStore } from './deployment-store.port.ts';

/**
 * The ports whose state must outlive a process. They throw faults as `AdapterFailure`, also for every call after they
 * were stopped, and no fault repeats a value that it was given or found.
 */
export interface Stores {
  readonly log: ConversationLog;
  readonly index: ConversationIndex;
  readonly cursors: CursorStore;
  readonly keys: KeyDirectory;
  readonly accounts: AccountStore;
  readonly devices: DeviceStore;
  readonly sessions: SessionStore;
  readonly signingKeys: SigningKeyStore;
  readonly deployment: DeploymentStore;
}
