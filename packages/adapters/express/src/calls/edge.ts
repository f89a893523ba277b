import type { Clock, Limits, UseCases } from '@sealpost/domain';
import type { CookieJar } from '../cookies/cookie-jar.ts';
import type { EdgeLog } from '../edge-record.ts';
import type { Throttle } from '../load/throttle.ts';
import type { Workload } from '../load/workload.ts';
import type { EdgeOptions } from '../options.ts';

/** All that calls are served with. */
export interface Edge {
  readonly useCases: UseCases;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly options: EdgeOptions;
  readonly jar: CookieJar;
  readonly throttle: Throttle;
  readonly workload: Workload;
  readonly log: EdgeLog;
}
