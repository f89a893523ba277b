import { adapterContract } from '@sealpost/testing';
import { adapter } from '../src/index.ts';
import { aPlace } from './a-place.ts';

adapterContract({
  name: adapter.name,
  definition: adapter,
  open: async () => {
    const { options, remove } = await aPlace();
    return { options, dispose: remove };
  },
});
