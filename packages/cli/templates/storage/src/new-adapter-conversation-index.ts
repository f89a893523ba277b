import type { AdapterHost, ConversationIndex } from '@sealpost/domain';
import { notWritten } from './not-written.ts';
import type { Options } from './options.ts';

/**
 * What each method takes and promises stands at `ConversationIndex` in @sealpost/domain; editors fill in the parameters.
 */
export class NewAdapterConversationIndex implements ConversationIndex {
  protected readonly options: Options;
  protected readonly host: AdapterHost;

  constructor(options: Options, host: AdapterHost) {
    this.options = options;
    this.host = host;
  }

  enter(): Promise<never> {
    return notWritten('enter');
  }

  leave(): Promise<never> {
    return notWritten('leave');
  }

  forget(): Promise<never> {
    return notWritten('forget');
  }

  conversationsOf(): Promise<never> {
    return notWritten('conversationsOf');
  }

  memberships(): Promise<never> {
    return notWritten('memberships');
  }

  rowsOf(): Promise<never> {
    return notWritten('rowsOf');
  }

  rows(): Promise<never> {
    return notWritten('rows');
  }

  behind(): Promise<never> {
    return notWritten('behind');
  }
}
