import { assert, type DeploymentStore } from '@sealpost/domain';

/** The deployment's incarnation (G9) as this process read it when it started. */
export class Incarnation {
  readonly #deployment: DeploymentStore;
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
}
