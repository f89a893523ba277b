import type { SigningKey, SigningKeyStore } from '@sealpost/domain';
import type { MemoryState } from './memory-state.ts';

export class MemorySigningKeyStore implements SigningKeyStore {
  readonly #state: MemoryState;
  constructor(state: MemoryState) {
    this.#state = state;
  }

  async list(): Promise<readonly SigningKey[]> {
    this.#state.ensureOpen('list');
    return this.#state.signingKeys.map((key) => ({ ...key }));
  }

  async add(key: SigningKey, ifNewest: string | null): Promise<boolean> {
    this.#state.ensureOpen('add');
    const newest = this.#state.signingKeys[0]?.id ?? null;
    if (newest !== ifNewest) return false;
    this.#state.signingKeys.unshift({ ...key });
    return true;
  }

  async remove(id: string): Promise<void> {
    this.#state.ensureOpen('remove');
    const place = this.#state.signingKeys.findIndex((key) => key.id === id);
    if (place >= 0) this.#state.signingKeys.splice(place, 1);
  }
}
