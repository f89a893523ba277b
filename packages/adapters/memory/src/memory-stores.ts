import type { Stores } from '@sealpost/domain';
import { MemoryAccountStore } from './memory-account-store.ts';
import { MemoryConversationIndex } from './memory-conversation-index.ts';
import { MemoryConversationLog } from './memory-conversation-log.ts';
import { MemoryCursorStore } from './memory-cursor-store.ts';
import { MemoryDeploymentStore } from './memory-deployment-store.ts';
import { MemoryDeviceStore } from './memory-device-store.ts';
import { MemoryKeyDirectory } from './memory-key-directory.ts';
import { MemorySessionStore } from './memory-session-store.ts';
import { MemorySigningKeyStore } from './memory-signing-key-store.ts';
import { MemoryState } from './memory-state.ts';

export interface MemoryStores extends Stores {
  /** Every call from now on is refused with an `AdapterFailure`, as by a database that was shut down. */
  close(): void;
}

/** A deployment's stores in this process's memory: empty at first, gone with the process. */
export function memoryStores(): MemoryStores {
  const state = new MemoryState();
  return {
    log: new MemoryConversationLog(state),
    index: new MemoryConversationIndex(state),
    cursors: new MemoryCursorStore(state),
    keys: new MemoryKeyDirectory(state),
    accounts: new MemoryAccountStore(state),
    devices: new MemoryDeviceStore(state),
    sessions: new MemorySessionStore(state),
    signingKeys: new MemorySigningKeyStore(state),
    deployment: new MemoryDeploymentStore(state),
    close: () => state.close(),
  };
}
