import type { AdapterHost, KeyDirectory } from '@sealpost/domain';
import { notWritten } from './not-written.ts';
import type { Options } from './options.ts';

/**
 * What each method takes and promises stands at `KeyDirectory` in @sealpost/domain; editors fill in the parameters.
 */
export class NewAdapterKeyDirectory implements KeyDirectory {
  protected readonly options: Options;
  protected readonly host: AdapterHost;

  constructor(options: Options, host: AdapterHost) {
    this.options = options;
    this.host = host;
  }

  upload(): Promise<never> {
    return notWritten('upload');
  }

  claim(): Promise<never> {
    return notWritten('claim');
  }

  stock(): Promise<never> {
    return notWritten('stock');
  }

  refs(): Promise<never> {
    return notWritten('refs');
  }

  drop(): Promise<never> {
    return notWritten('drop');
  }

  voidOneTime(): Promise<never> {
    return notWritten('voidOneTime');
  }
}
