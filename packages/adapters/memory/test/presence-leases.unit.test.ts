import { MemoryPresenceLeases, MemoryState } from '@sealpost/adapter-memory';
import { presenceLeasesContract, TestTime } from '@sealpost/testing';

presenceLeasesContract({
  name: 'memory',
  open: async () => {
    const [state, time] = [new MemoryState(), new TestTime()];
    return {
      presence: new MemoryPresenceLeases(time, state),
      elapse: (ms) => time.advance(ms),
      dispose: async () => state.close(),
    };
  },
});
