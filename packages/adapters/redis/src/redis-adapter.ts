import type { AdapterDefinition } from '@sealpost/domain';
import { z } from 'zod';
import { adapterOptions, type RedisAdapterOptions } from './adapter-options.ts';

export { adapterOptions, type RedisAdapterOptions };

/** What goes on between processes, on Redis 7 or newer. The driver is loaded only when it is opened. */
export const adapter: AdapterDefinition<RedisAdapterOptions> = {
  name: 'redis',
  ports: { fanOut: 1, presence: 1, rateLimits: 1 },
  options: z.strictObject(adapterOptions),
  open: async (given, host) => (await import('./open-redis.ts')).openRedis(given, host),
};
