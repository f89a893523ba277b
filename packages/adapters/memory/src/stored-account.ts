import type { Account, AccountId } from '@sealpost/domain';

export interface StoredAccount {
  account: Account;
  /** Null once the account is deleted. */
  passwordHash: string | null;
  readonly blocked: Set<AccountId>;
}
