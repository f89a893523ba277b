/**
 * Real parts for tests and runs. Each is taken from its environment variable if that names one, else from a program on
 * this machine; it listens on a free port of 127.0.0.1, keeps its files in a temporary folder, and does not outlive this
 * process.
 */
export { freePort } from './free-port.ts';
export { needs, type PartName } from './parts.ts';
export {
  mongodbPart,
  ownMongodbPart,
  type MongodbPart,
  type OwnMongodbPart,
} from './mongodb-part.ts';
export { ownRedisPart, redisPart, type OwnRedisPart, type RedisPart } from './redis-part.ts';
export {
  redisClusterPart,
  type RedisClusterNode,
  type RedisClusterPart,
} from './redis-cluster-part.ts';
export { saying, sayingProxy, type SayingProxy } from './saying-proxy.ts';
