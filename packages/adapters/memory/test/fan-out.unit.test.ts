import { MemoryFanOut } from '@sealpost/adapter-memory';
import { fanOutContract } from '@sealpost/testing';

fanOutContract({
  name: 'memory',
  open: async () => {
    const fanOut = new MemoryFanOut();
    return { here: fanOut, there: fanOut, interrupt: async () => {}, dispose: async () => {} };
  },
});
