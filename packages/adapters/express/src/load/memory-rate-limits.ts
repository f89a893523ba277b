import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Budget, RateLimiter, RateLimits } from './rate-limiter.ts';

export interface Allowance {
  /** So many times … */
  readonly times: number;
  /** … in each span of so long. */
  readonly spanSeconds: number;
}

/** Generous for people and for many devices behind one address, small for whoever guesses passwords or collects handles. */
export const defaultAllowances: Readonly<Record<Budget, Allowance>> = {
  credentials_by_address: { times: 120, spanSeconds: 60 },
  credentials_by_handle: { times: 30, spanSeconds: 600 },
  refreshes_by_address: { times: 1_200, spanSeconds: 60 },
  look_ups_by_address: { times: 600, spanSeconds: 60 },
  look_ups_by_account: { times: 120, spanSeconds: 60 },
};

/** Counts in this process. What it remembers is bounded by the addresses and accounts that call within a span. */
class MemoryRateLimiter implements RateLimiter {
  readonly #limiter: RateLimiterMemory;

  constructor({ times, spanSeconds }: Allowance) {
    this.#limiter = new RateLimiterMemory({ points: times, duration: spanSeconds });
  }

  take: RateLimiter['take'] = async (key) => {
    try {
      await this.#limiter.consume(key);
      return { ok: true };
    } catch (refused) {
      if (refused instanceof RateLimiterRes)
        return { ok: false, retryAfterMs: refused.msBeforeNext };
      throw refused;
    }
  };
}

/** Limits for one process; a deployment of several shares them by a limiter of its own. */
export function memoryRateLimits(allowances: Partial<Record<Budget, Allowance>> = {}): RateLimits {
  const limiter = (budget: Budget): RateLimiter =>
    new MemoryRateLimiter(allowances[budget] ?? defaultAllowances[budget]);
  return {
    credentials_by_address: limiter('credentials_by_address'),
    credentials_by_handle: limiter('credentials_by_handle'),
    refreshes_by_address: limiter('refreshes_by_address'),
    look_ups_by_address: limiter('look_ups_by_address'),
    look_ups_by_account: limiter('look_ups_by_account'),
  };
}
