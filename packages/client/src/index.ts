export { MemoryDisk } from './store/memory-disk.ts';
export { MemoryStore } from './store/memory-store.ts';
export { openSealedStore } from './store/sealed-store.ts';
export { LocalStoreError, type LocalStore, type StoredRecord } from './store/local-store.port.ts';
