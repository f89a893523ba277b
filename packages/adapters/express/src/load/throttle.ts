import { createHmac } from 'node:crypto';
import { normaliseHandle, ok, refuse, type Result } from '@sealpost/domain';
import type { CallName, WireRefusal } from '@sealpost/protocol';
import type { CallThrottle } from '@sealpost/protocol/edge';
import { derivedKey } from '../cookies/derived-key.ts';
import { networkOf } from './network-of.ts';
import type { Budget, RateLimits } from './rate-limiter.ts';

const byAddress: Partial<Record<CallName, Budget>> = {
  register: 'credentials_by_address',
  logIn: 'credentials_by_address',
  refresh: 'refreshes_by_address',
  accountByHandle: 'look_ups_by_address',
};

/** Applies the rate limits. Limiters are given keyed hashes: none of them learns an address or a handle. */
export class Throttle implements CallThrottle {
  readonly #limits: RateLimits;
  readonly #key: Uint8Array;

  constructor(limits: RateLimits, secret: Uint8Array) {
    this.#limits = limits;
    this.#key = derivedKey(secret, 'rate-limit-keys');
  }

  async address(call: CallName, address: string): Promise<Result<null, WireRefusal>> {
    const budget = byAddress[call];
    return budget ? this.#take(budget, networkOf(address)) : ok(null);
  }

  handle(handle: string): Promise<Result<null, WireRefusal>> {
    return this.#take('credentials_by_handle', normaliseHandle(handle) ?? handle);
  }

  account(account: string): Promise<Result<null, WireRefusal>> {
    return this.#take('look_ups_by_account', account);
  }

  async #take(budget: Budget, whose: string): Promise<Result<null, WireRefusal>> {
    const key = createHmac('sha256', this.#key).update(`${budget} ${whose}`).digest('base64url');
    const taken = await this.#limits[budget].take(key);
    return taken.ok ? ok(null) : refuse({ code: 'rate_limited', retryAfterMs: taken.retryAfterMs });
  }
}
