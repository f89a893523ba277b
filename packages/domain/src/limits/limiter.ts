import type { Allowance } from './rate-limiter.port.ts';

/** What a limiter counts for each of. A network is an IPv4 address or the first 64 bits of an IPv6 address. */
export type LimitedBy =
  | 'network'
  | 'handle'
  | 'account'
  | 'device'
  | 'account and conversation'
  | 'account and claimed account';

/** One rate that is held. */
export interface Limiter extends Allowance {
  readonly per: LimitedBy;
  /**
   * `deployment`: by all processes together, in a store; for what is rare and must not be multiplied by the number of
   * processes. `process`: in memory, so that what happens often waits for no store; n processes allow n times as much.
   */
  readonly counted: 'process' | 'deployment';
  /** What happens to callers while the limiter cannot count. */
  readonly onFailure: 'open' | 'closed';
  readonly points: 'times' | 'KiB';
  /** What is counted, and why this much. */
  readonly meaning: string;
}
