import { ownRedisPart } from '../src/parts/index.ts';

// Starts a Redis, tells its process and address, and waits to be killed.
const redis = await ownRedisPart();
process.stdout.write(`${JSON.stringify({ pid: redis.pid, url: redis.url })}\n`);
