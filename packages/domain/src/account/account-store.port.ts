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
  /**
   * Of racing creations with one handle exactly one succeeds. A deleted account's handle stays taken until it is freed.
   * Ids are random: one that is stored already is a fault.
   */
  create(account: {
    readonly id: AccountId;
    readonly handle: string;
    readonly passwordHash: string;
    readonly now: Timestamp;
  }): Promise<'created' | 'handle_taken'>;
  find(id: AccountId): Promise<Account | null>;
  /** Those of these that exist, deleted ones too, each once, in no order. */
  findAll(ids: readonly AccountId[]): Promise<readonly Account[]>;
  /** Never finds deleted accounts. */
  findByHandle(handle: string): Promise<Account | null>;
  /** Null for deleted accounts too. */
  passwordHash(id: AccountId): Promise<string | null>;
  /** A deleted account stays without one. */
  setPasswordHash(id: AccountId, hash: string): Promise<void>;

  /** Repeating either changes nothing. */
  block(owner: AccountId, blocked: AccountId): Promise<void>;
  unblock(owner: AccountId, blocked: AccountId): Promise<void>;
  blockedBy(owner: AccountId): Promise<readonly AccountId[]>;
  /** Those of `owners` who block `account`, or who are deleted. */
  refusing(account: AccountId, owners: readonly AccountId[]): Promise<readonly AccountId[]>;

  /**
   * Deletes the account: handle, password hash, the names of its devices and its blocks are gone, its devices are revoked
   * with their sessions and bundles, and one roster task per conversation that it is a member of, by the index, is written, all in one transaction: whoever
   * sees the account deleted sees all of it. The handle can be taken again from `handleFreeAt` on.
   * Answers the sessions revoked by it; an account that is deleted already changes nothing.
   */
  delete(
    id: AccountId,
    at: { readonly now: Timestamp; readonly handleFreeAt: Timestamp; readonly taskId: string },
  ): Promise<readonly string[]>;
}
