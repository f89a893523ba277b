import { keyedHash, MemoryRateLimiter } from '@sealpost/adapter-rate-limits';
import {
  type Allowance,
  defaultRates,
  type LimiterName,
  RateGate,
  type RateLimiter,
} from '@sealpost/domain';
import { TallyLimits } from '@sealpost/testing';

const secret = new Uint8Array(32).fill(3);

/** The catalogue's rates with others for some limiters, counted in memory. */
export function aThrottle(
  rates: Partial<Record<LimiterName, Allowance>> = {},
  limiter: RateLimiter = new MemoryRateLimiter({ ...defaultRates, ...rates }),
): RateGate {
  return new RateGate({
    counting: { process: limiter, deployment: limiter },
    hash: keyedHash(secret),
    meter: new TallyLimits(),
    failed: () => undefined,
  });
}
