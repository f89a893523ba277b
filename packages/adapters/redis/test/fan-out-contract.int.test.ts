import { fanOutContract } from '@sealpost/testing';
import { aPrefix, RedisProcess } from './support/redis-process.ts';
import { describeOnEach } from './support/test-redis.ts';

describeOnEach((name, redis) => {
  fanOutContract({
    name,
    open: async () => {
      const prefix = aPrefix();
      const processes = [1, 2].map(() => new RedisProcess(redis.options(prefix)).parts);
      const [here, there] = processes;
      if (!here || !there) throw new Error('two processes');
      return {
        here: here.fanOut,
        there: there.fanOut,
        interrupt: () => redis.cut(prefix),
        dispose: async () => {
          await Promise.all(processes.map((parts) => parts.stop()));
        },
      };
    },
  });
});
