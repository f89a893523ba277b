export { MemoryConversationLog } from './memory-conversation-log.ts';
export { MemoryState } from './memory-state.ts';
export { memoryStores, type MemoryStores } from './memory-stores.ts';
