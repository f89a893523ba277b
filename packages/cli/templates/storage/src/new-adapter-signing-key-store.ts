import type { AdapterHost, SigningKeyStore } from '@sealpost/domain';
import { notWritten } from './not-written.ts';
import type { Options } from './options.ts';

/**
 * What each method takes and promises stands at `SigningKeyStore` in @sealpost/domain; editors fill in the parameters.
 */
export class NewAdapterSigningKeyStore implements SigningKeyStore {
  protected readonly options: Options;
  protected readonly host: AdapterHost;

  constructor(options: Options, host: AdapterHost) {
    this.options = options;
    this.host = host;
  }

  list(): Promise<never> {
    return notWritten('list');
  }

  add(): Promise<never> {
    return notWritten('add');
  }

  remove(): Promise<never> {
    return notWritten('remove');
  }
}
