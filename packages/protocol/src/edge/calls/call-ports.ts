import type { Clock, Limits, Result, UseCases } from '@sealpost/domain';
import type { WireRefusal } from '../../schema/refusal.ts';

/** How often something may be asked, told apart by what only a call's body or caller says. */
export interface CallThrottle {
  handle(handle: string): Promise<Result<null, WireRefusal>>;
  account(account: string): Promise<Result<null, WireRefusal>>;
}

/** What the calls are answered with, whatever brings them. */
export interface CallPorts {
  readonly useCases: UseCases;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly throttle: CallThrottle;
}
