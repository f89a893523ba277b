export { MemoryFanOut } from './memory-fan-out.ts';
export { MemoryPresenceLeases } from './memory-presence-leases.ts';
export { MemoryState } from './memory-state.ts';
export { memoryStores, type MemoryStores } from './memory-stores.ts';
