import {
  anAdapterHost,
  openAdapter,
  portOf,
  presenceLeasesContract,
  TestTime,
} from '@sealpost/testing';
import { adapter } from '../src/index.ts';
import { aPlace } from './a-place.ts';

presenceLeasesContract({
  name: adapter.name,
  open: async () => {
    const { options, remove } = await aPlace();
    // A technology that has a clock of its own is told to let time pass in `elapse` instead.
    const time = new TestTime();
    const opened = await openAdapter(adapter, options, anAdapterHost({ clock: time }));
    return {
      presence: portOf(opened, 'presence'),
      elapse: (ms) => time.advance(ms),
      dispose: async () => {
        await opened.stop();
        await remove();
      },
    };
  },
});
