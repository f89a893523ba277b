import type { AdapterHost, Allowance, RateLimiter, Taken } from '@sealpost/domain';
import { notWritten } from './not-written.ts';
import type { Options } from './options.ts';

/** What each method promises stands at `RateLimiter` in @sealpost/domain. */
export class NewAdapterRateLimiter implements RateLimiter {
  protected readonly options: Options;
  protected readonly host: AdapterHost;
  protected readonly rates: Readonly<Record<string, Allowance>>;

  constructor(options: Options, host: AdapterHost, rates: Readonly<Record<string, Allowance>>) {
    this.options = options;
    this.host = host;
    this.rates = rates;
  }

  take(_limiter: string, _key: string, _points: number): Promise<Taken> {
    return notWritten('take');
  }

  sweep(): Promise<void> {
    return notWritten('sweep');
  }
}
