import { type Allowance, assert, type RateLimiter, reserveMs, type Taken } from '@sealpost/domain';
import { BurstyRateLimiter, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Queries } from './database.ts';
import { statement, type Value } from './statement.ts';

const FORGET = statement('rates.forget', 'DELETE FROM rate_limits WHERE expire <= $1');

/** What the library asks of a client of the driver. */
interface Query {
  readonly name: string;
  readonly text: string;
  readonly values: readonly Value[];
}

interface Limiter {
  readonly both: BurstyRateLimiter;
  readonly most: number;
}

/**
 * Counts in the database, for all processes on it, by rate-limiter-flexible: one statement for each take, a second one
 * where the reserve is needed. The library reads the time of its process, so clocks that differ shift windows by as much.
 */
export class PostgresRateLimiter implements RateLimiter {
  readonly #queries: Queries;
  readonly #limiters: ReadonlyMap<string, Limiter>;

  constructor(queries: Queries, rates: Readonly<Record<string, Allowance>>) {
    this.#queries = queries;
    this.#limiters = new Map(
      Object.entries(rates).map(([name, rate]) => {
        const steady = this.#windows(`${name} steady`, rate.refill, rate.everyMs);
        const reserve = this.#windows(`${name} reserve`, rate.burst, reserveMs(rate));
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

  async sweep(): Promise<void> {
    await this.#queries.rows(FORGET, [Date.now()]);
  }

  /** The library is lent this adapter's connections, settings and faults instead of a client of the driver. */
  #windows(keyPrefix: string, points: number, windowMs: number): RateLimiterPostgres {
    const query = async ({ name, text, values }: Query): Promise<{ rows: unknown[] }> => ({
      rows: await this.#queries.rows(statement<unknown>(name, text), values),
    });
    return new RateLimiterPostgres({
      storeClient: { query },
      storeType: 'client',
      tableName: 'rate_limits',
      tableCreated: true,
      // By `sweep`.
      clearExpiredByTimeout: false,
      keyPrefix,
      points,
      duration: windowMs / 1_000,
    });
  }
}
