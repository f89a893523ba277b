export type Taken = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

/** Counts how often something is done under a key, and says when it is too often. Keys name nobody in clear. */
export interface RateLimiter {
  /** Counts once more. Rejects when the limiter cannot count. */
  take(key: string): Promise<Taken>;
}

/** What is limited, and by what. */
export type Budget =
  /** Registrations and log-ins. */
  | 'credentials_by_address'
  | 'credentials_by_handle'
  | 'refreshes_by_address'
  /** Accounts looked up by handle. */
  | 'look_ups_by_address'
  | 'look_ups_by_account';

export type RateLimits = Readonly<Record<Budget, RateLimiter>>;
