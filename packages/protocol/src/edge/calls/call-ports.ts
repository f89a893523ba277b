import type { Clock, Limits, Throttle, UseCases } from '@sealpost/domain';

/** What the calls are answered with, whatever brings them. */
export interface CallPorts {
  readonly useCases: UseCases;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly throttle: Throttle;
}
