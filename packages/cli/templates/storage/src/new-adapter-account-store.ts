import type { AdapterHost, AccountStore } from '@sealpost/domain';
import { notWritten } from './not-written.ts';
import type { Options } from './options.ts';

/**
 * What each method takes and promises stands at `AccountStore` in @sealpost/domain; editors fill in the parameters.
 */
export class NewAdapterAccountStore implements AccountStore {
  protected readonly options: Options;
  protected readonly host: AdapterHost;

  constructor(options: Options, host: AdapterHost) {
    this.options = options;
    this.host = host;
  }

  create(): Promise<never> {
    return notWritten('create');
  }

  find(): Promise<never> {
    return notWritten('find');
  }

  findAll(): Promise<never> {
    return notWritten('findAll');
  }

  findByHandle(): Promise<never> {
    return notWritten('findByHandle');
  }

  passwordHash(): Promise<never> {
    return notWritten('passwordHash');
  }

  setPasswordHash(): Promise<never> {
    return notWritten('setPasswordHash');
  }

  block(): Promise<never> {
    return notWritten('block');
  }

  unblock(): Promise<never> {
    return notWritten('unblock');
  }

  blockedBy(): Promise<never> {
    return notWritten('blockedBy');
  }

  refusing(): Promise<never> {
    return notWritten('refusing');
  }

  delete(): Promise<never> {
    return notWritten('delete');
  }
}
