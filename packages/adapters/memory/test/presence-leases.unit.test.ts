import { MemoryPresenceLeases, MemoryState } from '@sealpost/adapter-memory';
import { presenceLeasesContract } from '@sealpost/testing';

presenceLeasesContract({
  name: 'memory',
  open: async () => {
    const state = new MemoryState();
    return { presence: new MemoryPresenceLeases(state), dispose: async () => state.close() };
  },
});
