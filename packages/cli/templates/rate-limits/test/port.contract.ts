import {
  anAdapterHost,
  openAdapter,
  portOf,
  rateLimiterContract,
  testRates,
  TestTime,
} from '@sealpost/testing';
import { adapter } from '../src/index.ts';
import { aPlace } from './a-place.ts';

rateLimiterContract({
  name: adapter.name,
  open: async () => {
    const { options, remove } = await aPlace();
    // A technology that has a clock of its own is told to let time pass in `advance` instead.
    const time = new TestTime();
    const opened = await openAdapter(adapter, options, anAdapterHost({ clock: time }));
    return {
      limiter: portOf(opened, 'rateLimits')(testRates),
      advance: (ms) => time.advance(ms),
      // Any number that grows with the keys: here, of the values that are stored.
      remembered: async () => {
        let values = 0;
        for await (const _ of opened.everyValue?.() ?? []) values += 1;
        return values;
      },
      dispose: async () => {
        await opened.stop();
        await remove();
      },
    };
  },
});
