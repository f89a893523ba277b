import { memoryStores } from '@sealpost/adapter-memory';
import type { StoresSubject } from '@sealpost/testing';

export const memory: StoresSubject = {
  name: 'memory',
  open: async () => {
    const stores = memoryStores();
    return { stores, dispose: async () => stores.close() };
  },
};
