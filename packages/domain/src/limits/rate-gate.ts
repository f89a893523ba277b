import { AdapterFailure } from '../shared/adapter-failure.ts';
import { assert } from '../shared/assert.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import type { KeyHash } from './key-hash.port.ts';
import type { LimitMeter } from './limit-meter.port.ts';
import type { Limiter } from './limiter.ts';
import { type LimiterName, limiterNames, limiters } from './limiters.ts';
import type { RateLimiter, Taken } from './rate-limiter.port.ts';

/** Done too often, or for the moment nobody can tell. */
export interface Limited {
  readonly code: 'rate_limited' | 'unavailable';
  readonly retryAfterMs: number;
}

export interface RateGatePorts {
  /** Who counts for limiters of a process, and for those of the deployment. */
  readonly counting: Readonly<Record<Limiter['counted'], RateLimiter>>;
  readonly hash: KeyHash;
  readonly meter: LimitMeter;
  /** Is told why a limiter could not count. */
  readonly failed: (fault: AdapterFailure) => void;
}

/** Says whether something may be done once more; `whose` is what the limiter counts for each of. */
export interface Throttle {
  take(limiter: LimiterName, whose: string, points?: number): Promise<Result<null, Limited>>;
}

/** A limiter that cannot count is asked again soon. */
const failedRetryMs = 1_000;

/**
 * Holds the rates of the catalogue. A store is given keyed hashes: no address, no handle, no id. What a process counts
 * stays in its memory, as the connections of the same accounts and addresses do, and every message takes of it.
 */
export class RateGate implements Throttle {
  readonly #ports: RateGatePorts;
  /** Made once, not for every message. */
  readonly #answers: ReadonlyMap<LimiterName, Answers>;

  constructor(ports: RateGatePorts) {
    this.#ports = ports;
    this.#answers = new Map(limiterNames.map((name) => [name, answersOf(name, ports)]));
  }

  take(limiter: LimiterName, whose: string, points = 1): Promise<Result<null, Limited>> {
    const { counting, hash } = this.#ports;
    const answers = this.#answers.get(limiter);
    assert(answers !== undefined, 'a limiter is of the catalogue');
    const { counted } = limiters[limiter];
    const key = counted === 'process' ? whose : hash(`${limiter} ${whose}`);
    return counting[counted].take(limiter, key, points).then(answers.taken, answers.failed);
  }
}

interface Answers {
  readonly taken: (taken: Taken) => Result<null, Limited>;
  readonly failed: (fault: unknown) => Result<null, Limited>;
}

const answersOf = (limiter: LimiterName, { meter, failed }: RateGatePorts): Answers => ({
  taken: (taken) => {
    if (taken.ok) return ok(null);
    meter.limitRefused(limiter);
    return refuse({ code: 'rate_limited', retryAfterMs: taken.retryAfterMs });
  },
  failed: (fault) => {
    if (!(fault instanceof AdapterFailure)) throw fault;
    meter.limitFailed(limiter);
    failed(fault);
    return limiters[limiter].onFailure === 'open'
      ? ok(null)
      : refuse({ code: 'unavailable', retryAfterMs: failedRetryMs });
  },
});
