import type { AdapterHost, LeaseAnswer, LeaseTurn, PresenceLeases } from '@sealpost/domain';
import { notWritten } from './not-written.ts';
import type { Options } from './options.ts';

/** What each method promises stands at `PresenceLeases` in @sealpost/domain. */
export class NewAdapterPresenceLeases implements PresenceLeases {
  protected readonly options: Options;
  protected readonly host: AdapterHost;

  constructor(options: Options, host: AdapterHost) {
    this.options = options;
    this.host = host;
  }

  hold(_process: string, _turn: LeaseTurn): Promise<LeaseAnswer> {
    return notWritten('hold');
  }

  online(_accounts: readonly string[]): Promise<readonly string[]> {
    return notWritten('online');
  }
}
