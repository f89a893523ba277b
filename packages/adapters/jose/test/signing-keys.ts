import { setImmediate as turn } from 'node:timers/promises';
import type { Clock, RandomSource, SigningKey, SigningKeyStore } from '@sealpost/domain';
import { randomBytes } from 'node:crypto';

/** Answers after a turn, as a store behind a connection does, and counts what it is asked. */
export class TestSigningKeys implements SigningKeyStore {
  keys: SigningKey[] = [];
  lists = 0;

  async list(): Promise<readonly SigningKey[]> {
    this.lists += 1;
    await turn();
    const listed = [...this.keys];
    await turn();
    return listed;
  }

  async add(key: SigningKey, ifNewest: string | null): Promise<boolean> {
    await turn();
    if ((this.keys[0]?.id ?? null) !== ifNewest) return false;
    this.keys.unshift(key);
    return true;
  }

  async remove(id: string): Promise<void> {
    await turn();
    this.keys = this.keys.filter((key) => key.id !== id);
  }
}

export class TestClock implements Clock {
  #passed = 0;
  now(): number {
    return 1_790_000_000_123 + this.#passed;
  }
  monotonic(): number {
    return this.#passed;
  }
  advance(ms: number): void {
    this.#passed += ms;
  }
}

export const random: RandomSource = {
  bytes: (length) => new Uint8Array(randomBytes(length)),
  id: () => randomBytes(16).toString('hex'),
};
