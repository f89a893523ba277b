import type { Clock } from '../shared/clock.port.ts';
import type { RandomSource } from '../shared/random.port.ts';
import type { AccountStore } from './account-store.port.ts';
import { normaliseHandle } from './handle.ts';
import type { PasswordHasher } from './password-hasher.port.ts';

export type ImportOutcome = 'created' | 'handle_taken' | 'invalid_handle' | 'unknown_hash';

/** Takes over accounts from elsewhere with their password hashes; the hash is renewed at the first log-in. */
export class ImportAccounts {
  readonly #ports: {
    readonly accounts: AccountStore;
    readonly passwords: PasswordHasher;
    readonly random: RandomSource;
    readonly clock: Clock;
  };

  constructor(ports: {
    accounts: AccountStore;
    passwords: PasswordHasher;
    random: RandomSource;
    clock: Clock;
  }) {
    this.#ports = ports;
  }

  async execute(account: {
    readonly handle: string;
    readonly hash: string;
  }): Promise<ImportOutcome> {
    const { accounts, passwords, random, clock } = this.#ports;
    const handle = normaliseHandle(account.handle);
    if (handle === null) return 'invalid_handle';
    if (!passwords.accepts(account.hash)) return 'unknown_hash';
    return accounts.create({
      id: random.id(),
      handle,
      passwordHash: account.hash,
      now: clock.now(),
    });
  }
}
