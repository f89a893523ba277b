import type { CallPorts } from '@sealpost/protocol/edge';
import type { CookieJar } from '../cookies/cookie-jar.ts';
import type { EdgeLog } from '../edge-record.ts';
import type { Workload } from '../load/workload.ts';
import type { EdgeOptions } from '../options.ts';

/** All that calls are served with. */
export interface Edge extends CallPorts {
  readonly options: EdgeOptions;
  readonly jar: CookieJar;
  readonly workload: Workload;
  readonly log: EdgeLog;
}
