import type { AdapterHost, EntriesHint, FanOut, Notice } from '@sealpost/domain';
import { notWritten, NotWrittenError } from './not-written.ts';
import type { Options } from './options.ts';

type Listener = Parameters<FanOut['subscribe']>[0];

/** What each method promises stands at `FanOut` in @sealpost/domain. */
export class NewAdapterFanOut implements FanOut {
  protected readonly options: Options;
  protected readonly host: AdapterHost;

  constructor(options: Options, host: AdapterHost) {
    this.options = options;
    this.host = host;
  }

  publish(_hint: EntriesHint): void {
    throw new NotWrittenError('publish');
  }

  announce(_notice: Notice): void {
    throw new NotWrittenError('announce');
  }

  subscribe(_listener: Listener): Promise<() => Promise<void>> {
    return notWritten('subscribe');
  }
}
