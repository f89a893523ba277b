import type { AdapterHost, DeploymentStore } from '@sealpost/domain';
import { notWritten } from './not-written.ts';
import type { Options } from './options.ts';

/**
 * What each method takes and promises stands at `DeploymentStore` in @sealpost/domain; editors fill in the parameters.
 */
export class NewAdapterDeploymentStore implements DeploymentStore {
  protected readonly options: Options;
  protected readonly host: AdapterHost;

  constructor(options: Options, host: AdapterHost) {
    this.options = options;
    this.host = host;
  }

  incarnation(): Promise<never> {
    return notWritten('incarnation');
  }

  raiseIncarnation(): Promise<never> {
    return notWritten('raiseIncarnation');
  }
}
