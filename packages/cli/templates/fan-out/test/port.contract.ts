import { anAdapterHost, openAdapter, portOf, fanOutContract } from '@sealpost/testing';
import { adapter } from '../src/index.ts';
import { aPlace } from './a-place.ts';

/** Cuts the channel between the two in such a way that it comes back. */
const cutChannel = (): Promise<void> => Promise.reject(new Error('cutChannel is not written yet'));

fanOutContract({
  name: adapter.name,
  open: async () => {
    const { options, remove } = await aPlace();
    const here = await openAdapter(adapter, options, anAdapterHost());
    const there = await openAdapter(adapter, options, anAdapterHost());
    return {
      here: portOf(here, 'fanOut'),
      there: portOf(there, 'fanOut'),
      interrupt: cutChannel,
      dispose: async () => {
        await Promise.all([here.stop(), there.stop()]);
        await remove();
      },
    };
  },
});
