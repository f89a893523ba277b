import type { AdapterHost, SessionStore } from '@sealpost/domain';
import { notWritten } from './not-written.ts';
import type { Options } from './options.ts';

/**
 * What each method takes and promises stands at `SessionStore` in @sealpost/domain; editors fill in the parameters.
 */
export class NewAdapterSessionStore implements SessionStore {
  protected readonly options: Options;
  protected readonly host: AdapterHost;

  constructor(options: Options, host: AdapterHost) {
    this.options = options;
    this.host = host;
  }

  create(): Promise<never> {
    return notWritten('create');
  }

  rotate(): Promise<never> {
    return notWritten('rotate');
  }

  find(): Promise<never> {
    return notWritten('find');
  }

  list(): Promise<never> {
    return notWritten('list');
  }

  revoke(): Promise<never> {
    return notWritten('revoke');
  }

  revokedSince(): Promise<never> {
    return notWritten('revokedSince');
  }

  forget(): Promise<never> {
    return notWritten('forget');
  }
}
