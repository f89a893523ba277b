import { presenceLeasesContract } from '@sealpost/testing';
import { aPrefix, RedisProcess } from './support/redis-process.ts';
import { describeOnEach } from './support/test-redis.ts';

// Redis' clock goes on by itself: what is remembered moves back instead.
const moveBack = `
for _, process in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  redis.call('ZINCRBY', KEYS[1], -ARGV[1], process)
  local held = KEYS[1] .. ':holds:' .. process
  for _, field in ipairs(redis.call('HKEYS', held)) do
    local serial, at, account = string.match(redis.call('HGET', held, field), '^(%d+) (%d+) (.*)$')
    if serial then
      redis.call('HSET', held, field, serial .. ' ' .. string.format('%.0f', at - ARGV[1] * 1000) .. ' ' .. account)
    end
  end
end`;

describeOnEach((name, redis) => {
  presenceLeasesContract({
    name,
    open: async () => {
      const prefix = aPrefix();
      const { parts } = new RedisProcess(redis.options(prefix));
      const elapse = async (ms: number): Promise<void> => {
        const key = `{${prefix}:presence}`;
        for (const master of redis.masters) {
          if ((await master.keys(`${key}*`)).length > 0) await master.eval(moveBack, 1, key, ms);
        }
        await redis.age(prefix, ms);
      };
      return { presence: parts.presence, elapse, dispose: () => parts.stop() };
    },
  });
});
