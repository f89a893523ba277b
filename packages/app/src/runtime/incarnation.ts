import { assert, type DeploymentStore } from '@sealpost/domain';

/**
 * The deployment's incarnation (G9) as this process read it when it started. Of all that a process remembers nothing may
 * be true after a restore, so one that finds a newer incarnation does not adopt it: it ends, and another begins anew.
 */
export class Incarnation {
  readonly #deployment: DeploymentStore;
  readonly #over = Promise.withResolvers<void>();
  #value: number | null = null;

  constructor(deployment: DeploymentStore) {
    this.#deployment = deployment;
  }

  async read(): Promise<void> {
    this.#value = await this.#deployment.incarnation();
  }

  readonly current = (): number => {
    assert(this.#value !== null, 'the incarnation is read before it is told');
    return this.#value;
  };

  /** Looks whether it is still that of the deployment. */
  async check(): Promise<void> {
    if ((await this.#deployment.incarnation()) !== this.#value) this.#over.resolve();
  }

  /** Resolves when the deployment's data were restored: this process must not go on. */
  get over(): Promise<void> {
    return this.#over.promise;
  }
}
