import { type Adapter, type AdapterHost, assert } from '@sealpost/domain';
import type { RedisAdapterOptions } from './adapter-options.ts';
import { connectRedis } from './connect-redis.ts';

/** Connects when first asked something. */
export async function openRedis(
  { urls: [url, ...others], ...options }: RedisAdapterOptions,
  host: AdapterHost,
): Promise<Adapter> {
  assert(url !== undefined, 'the schema asks for an address');
  const failed = (fault: unknown): void => host.failed('redis', fault);
  const redis = connectRedis({ ...options, urls: [url, ...others] }, { ...host, failed });
  return {
    ports: {
      fanOut: redis.fanOut,
      presence: redis.presence,
      rateLimits: (rates) => redis.rateLimiter(rates),
    },
    preparation: null,
    everyValue: () => redis.everyValue(),
    health: () => redis.examine(),
    stop: () => redis.stop(),
  };
}
