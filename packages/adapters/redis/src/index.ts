/**
 * What goes on between the processes of a deployment, on Redis 7 or newer or on a Redis Cluster: hints, who is connected
 * where, and how often something was done. Nothing is kept here that cannot be lost (ADR 0015).
 */
export {
  connectRedis,
  type RedisHealth,
  type RedisParts,
  type RedisPorts,
} from './connect-redis.ts';
export { RedisOptionError, type RedisOptions } from './options.ts';
