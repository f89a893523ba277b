import type { AdapterHost, DeviceStore } from '@sealpost/domain';
import { notWritten } from './not-written.ts';
import type { Options } from './options.ts';

/**
 * What each method takes and promises stands at `DeviceStore` in @sealpost/domain; editors fill in the parameters.
 */
export class NewAdapterDeviceStore implements DeviceStore {
  protected readonly options: Options;
  protected readonly host: AdapterHost;

  constructor(options: Options, host: AdapterHost) {
    this.options = options;
    this.host = host;
  }

  enrol(): Promise<never> {
    return notWritten('enrol');
  }

  find(): Promise<never> {
    return notWritten('find');
  }

  list(): Promise<never> {
    return notWritten('list');
  }

  certified(): Promise<never> {
    return notWritten('certified');
  }

  everCertified(): Promise<never> {
    return notWritten('everCertified');
  }

  certifyFirst(): Promise<never> {
    return notWritten('certifyFirst');
  }

  publishLink(): Promise<never> {
    return notWritten('publishLink');
  }

  link(): Promise<never> {
    return notWritten('link');
  }

  offerLink(): Promise<never> {
    return notWritten('offerLink');
  }

  revealLink(): Promise<never> {
    return notWritten('revealLink');
  }

  approve(): Promise<never> {
    return notWritten('approve');
  }

  takePackage(): Promise<never> {
    return notWritten('takePackage');
  }

  revoke(): Promise<never> {
    return notWritten('revoke');
  }

  rosterTasks(): Promise<never> {
    return notWritten('rosterTasks');
  }

  rosterTaskDone(): Promise<never> {
    return notWritten('rosterTaskDone');
  }
}
