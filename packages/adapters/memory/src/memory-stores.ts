import type { Stores } from '@sealpost/domain';
import { MemoryConversationIndex } from './memory-conversation-index.ts';
import { MemoryConversationLog } from './memory-conversation-log.ts';
import { MemoryCursorStore } from './memory-cursor-store.ts';
import { MemoryKeyDirectory } from './memory-key-directory.ts';
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
    keys: new MemoryKeyDirectory(state),
    cursors: new MemoryCursorStore(state),
    close: () => state.close(),
  } as unknown as MemoryStores;
}
