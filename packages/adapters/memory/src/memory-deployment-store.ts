import type { DeploymentStore } from '@sealpost/domain';
import type { MemoryState } from './memory-state.ts';

export class MemoryDeploymentStore implements DeploymentStore {
  readonly #state: MemoryState;
  constructor(state: MemoryState) {
    this.#state = state;
  }

  async incarnation(): Promise<number> {
    this.#state.ensureOpen('incarnation');
    return this.#state.incarnation;
  }

  async raiseIncarnation(current: number, next: number): Promise<number> {
    this.#state.ensureOpen('raiseIncarnation');
    if (this.#state.incarnation === current) this.#state.incarnation = next;
    return this.#state.incarnation;
  }
}
