export { keyedHash } from './keyed-hash.ts';
export { MemoryRateLimiter } from './memory-rate-limiter.ts';
