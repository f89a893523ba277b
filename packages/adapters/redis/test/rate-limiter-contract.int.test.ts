import { rateLimiterContract, testRates } from '@sealpost/testing';
import { aPrefix, RedisProcess } from './support/redis-process.ts';
import { describeOnEach } from './support/test-redis.ts';

describeOnEach((name, redis) => {
  rateLimiterContract({
    name,
    open: async () => {
      const prefix = aPrefix();
      const { parts } = new RedisProcess(redis.options(prefix));
      return {
        limiter: parts.rateLimiter(testRates),
        advance: (ms) => redis.age(prefix, ms),
        remembered: async () => (await redis.keys(prefix)).length,
        dispose: () => parts.stop(),
      };
    },
  });
});
