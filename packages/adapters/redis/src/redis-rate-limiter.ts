import { type Allowance, assert, type RateLimiter, reserveMs, type Taken } from '@sealpost/domain';
import { BurstyRateLimiter, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { type Commands, script } from './commands.ts';
import type { Settings } from './options.ts';

/**
 * The library's own script, in milliseconds. Redis forgets a key in the millisecond after its time to live is over, so one
 * less makes the window as long as it is said to be.
 */
const takeScript = script(`
local window = math.max(ARGV[2] - 1, 1)
redis.call('SET', KEYS[1], 0, 'PX', window, 'NX')
local taken = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], window)
  left = window
end
return { taken, left + 1 }
`);

interface Limiter {
  readonly both: BurstyRateLimiter;
  readonly most: number;
}

/**
 * Counts in Redis, for all processes on it, by rate-limiter-flexible: one command for each take, a second one where the
 * reserve is needed. Time is Redis' own, and it forgets by itself.
 */
export class RedisRateLimiter implements RateLimiter {
  readonly #commands: Commands;
  readonly #prefix: string;
  readonly #limiters: ReadonlyMap<string, Limiter>;

  constructor(
    commands: Commands,
    { prefix }: Settings,
    rates: Readonly<Record<string, Allowance>>,
  ) {
    this.#commands = commands;
    this.#prefix = prefix;
    this.#limiters = new Map(
      Object.entries(rates).map(([name, rate]) => {
        const steady = this.#windows(`${name}:steady`, rate.refill, rate.everyMs);
        const reserve = this.#windows(`${name}:reserve`, rate.burst, reserveMs(rate));
        return [name, { both: new BurstyRateLimiter(steady, reserve), most: rate.refill }];
      }),
    );
  }

  async take(limiter: string, key: string, points: number): Promise<Taken> {
    const known = this.#limiters.get(limiter);
    assert(known !== undefined, 'a limiter has an allowance');
    try {
      await known.both.consume(key, Math.min(points, known.most));
      return { ok: true };
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      return { ok: false, retryAfterMs: refused.msBeforeNext };
    }
  }

  /** Redis forgets each key by itself. */
  async sweep(): Promise<void> {}

  /** The library is lent this adapter's connections, limits and faults instead of a client of the driver. */
  #windows(name: string, points: number, windowMs: number): RateLimiterRedis {
    const rlflxIncr = ([key = '', ...args]: readonly string[]): Promise<unknown> =>
      this.#commands.eval('take', takeScript, key, args);
    return new RateLimiterRedis({
      storeClient: { rlflxIncr },
      keyPrefix: `${this.#prefix}:limits:${name}`,
      points,
      // The library cuts durations to whole seconds, so it is given milliseconds for them, which the script takes as such.
      duration: Math.ceil(windowMs),
    });
  }
}
