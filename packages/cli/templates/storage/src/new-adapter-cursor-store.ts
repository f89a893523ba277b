import type { AdapterHost, CursorStore } from '@sealpost/domain';
import { notWritten } from './not-written.ts';
import type { Options } from './options.ts';

/**
 * What each method takes and promises stands at `CursorStore` in @sealpost/domain; editors fill in the parameters.
 */
export class NewAdapterCursorStore implements CursorStore {
  protected readonly options: Options;
  protected readonly host: AdapterHost;

  constructor(options: Options, host: AdapterHost) {
    this.options = options;
    this.host = host;
  }

  move(): Promise<never> {
    return notWritten('move');
  }

  ofConversation(): Promise<never> {
    return notWritten('ofConversation');
  }

  ofAccounts(): Promise<never> {
    return notWritten('ofAccounts');
  }

  ofDevice(): Promise<never> {
    return notWritten('ofDevice');
  }
}
