import type { AdapterHost, ConversationLog } from '@sealpost/domain';
import { notWritten } from './not-written.ts';
import type { Options } from './options.ts';

/**
 * What each method takes and promises stands at `ConversationLog` in @sealpost/domain; editors fill in the parameters.
 */
export class NewAdapterConversationLog implements ConversationLog {
  protected readonly options: Options;
  protected readonly host: AdapterHost;

  constructor(options: Options, host: AdapterHost) {
    this.options = options;
    this.host = host;
  }

  load(): Promise<never> {
    return notWritten('load');
  }

  append(): Promise<never> {
    return notWritten('append');
  }

  page(): Promise<never> {
    return notWritten('page');
  }

  entry(): Promise<never> {
    return notWritten('entry');
  }

  heads(): Promise<never> {
    return notWritten('heads');
  }

  movedSince(): Promise<never> {
    return notWritten('movedSince');
  }

  conversations(): Promise<never> {
    return notWritten('conversations');
  }

  find(): Promise<never> {
    return notWritten('find');
  }

  saveSnapshot(): Promise<never> {
    return notWritten('saveSnapshot');
  }

  markRestored(): Promise<never> {
    return notWritten('markRestored');
  }

  expiring(): Promise<never> {
    return notWritten('expiring');
  }

  cut(): Promise<never> {
    return notWritten('cut');
  }

  kept(): Promise<never> {
    return notWritten('kept');
  }

  tenure(): Promise<never> {
    return notWritten('tenure');
  }

  changeTenure(): Promise<never> {
    return notWritten('changeTenure');
  }

  adopt(): Promise<never> {
    return notWritten('adopt');
  }
}
