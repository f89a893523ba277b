import { adapterContract } from '@sealpost/testing';
import { adapter } from '../src/redis-adapter.ts';
import { aPrefix } from './support/redis-process.ts';
import { describeOnEach } from './support/test-redis.ts';

describeOnEach((name, redis) => {
  adapterContract({
    name,
    definition: adapter,
    open: async () => {
      const { urls, cluster, prefix } = redis.options(aPrefix());
      return {
        options: { urls, prefix, cluster: cluster === true },
        dispose: () => Promise.resolve(),
      };
    },
  });
});
