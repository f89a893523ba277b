import type { AccountId, Bytes, Timestamp } from '../shared/ids.ts';

export interface Account {
  readonly id: AccountId;
  /** Null once the account is deleted. */
  readonly handle: string | null;
  /** Ed25519 public key that certifies the account's devices; null until its first device is certified. */
  readonly accountKey: Bytes | null;
  /** Raised whenever a device is certified or revoked. */
  readonly deviceListVersion: number;
  readonly createdAt: Timestamp;
  readonly deletedAt: Timestamp | null;
}

/** Accounts, their handles, password hashes and blocks. Handles arrive normalised (`handle.ts`). */
export interface AccountStore {
  /** Of racing creations with one handle exactly one succeeds. A deleted account's handle stays taken until it is freed. */
  create(account: { readonly id: AccountId; readonly handle: string; readonly passwordHash: string; readonly now: Timestamp }): Promise<'created' | 'handle_taken'>;
  find(id: AccountId): Promise<Account | null>;
  /** Never finds deleted accounts. */
  findByHandle(handle: string): Promise<Account | null>;
  passwordHash(id: AccountId): Promise<string | null>;
  setPasswordHash(id: AccountId, hash: string): Promise<void>;

  /** Repeating either changes nothing. */
  block(owner: AccountId, blocked: AccountId): Promise<void>;
  unblock(owner: AccountId, blocked: AccountId): Promise<void>;
  blockedBy(owner: AccountId): Promise<readonly AccountId[]>;
  /** Those of `owners` who block `account`, or who are deleted. */
  refusing(account: AccountId, owners: readonly AccountId[]): Promise<readonly AccountId[]>;

  /**
   * Deletes the account: handle and password hash are gone, its devices and sessions are revoked, and one roster task
   * per conversation of the account is written, all in one transaction. The handle can be taken again from `handleFreeAt` on.
   * Answers the revoked sessions; an account that is deleted already changes nothing.
   */
  delete(id: AccountId, at: { readonly now: Timestamp; readonly handleFreeAt: Timestamp; readonly taskId: string }): Promise<readonly string[]>;
}
