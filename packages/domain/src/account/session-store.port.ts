import type { AccountId, Bytes, DeviceId, SessionId, Timestamp } from '../shared/ids.ts';

export interface Session {
  readonly id: SessionId;
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly createdAt: Timestamp;
  readonly lastUsedAt: Timestamp;
  readonly expiresAt: Timestamp;
  readonly revokedAt: Timestamp | null;
}

/**
 * - `rotated`: `next` is the session's token from now on. Repeating the very same rotation within the grace answers so
 *   again, as long as `next` was not replaced itself.
 * - `reused`: a token that was replaced before came again: the session is revoked by this call.
 * - `unknown`: no session that is not revoked has or had this token.
 * - `expired`: from the session's `expiresAt` on.
 * - `taken`: `next` is, or was, a token of some session, perhaps of this one: nothing is changed.
 */
export type Rotation =
  | { readonly code: 'rotated'; readonly session: Session }
  | { readonly code: 'reused'; readonly session: Session }
  | { readonly code: 'unknown' }
  | { readonly code: 'expired' }
  | { readonly code: 'taken' };

/** Sessions and the hashes of their refresh tokens. Tokens themselves are never stored. */
export interface SessionStore {
  /** An id that is stored already is a fault. */
  create(session: {
    readonly id: SessionId;
    readonly account: AccountId;
    readonly device: DeviceId;
    readonly tokenHash: Bytes;
    readonly now: Timestamp;
    readonly expiresAt: Timestamp;
  }): Promise<void>;
  /** Replaces the token whose hash is `presented` by the one whose hash is `next`; racing rotations of one token with different successors revoke the session. */
  rotate(rotation: {
    readonly presented: Bytes;
    readonly next: Bytes;
    readonly now: Timestamp;
    readonly expiresAt: Timestamp;
    readonly graceMs: number;
  }): Promise<Rotation>;
  find(id: SessionId): Promise<Session | null>;
  /** Sessions that are neither revoked nor expired, newest first. */
  list(account: AccountId, now: Timestamp): Promise<readonly Session[]>;
  /** Answers which of them were not revoked before. */
  revoke(sessions: readonly SessionId[], now: Timestamp): Promise<readonly SessionId[]>;
  /** Sessions revoked at or after `since`, whoever revoked them. */
  revokedSince(since: Timestamp): Promise<readonly SessionId[]>;
  /**
   * Takes away sessions that were revoked or expired before `before`, at most `limit`, and the hashes of their tokens, which
   * are unknown from then on. Answers how many; callers at once take different ones.
   */
  forget(before: Timestamp, limit: number): Promise<number>;
}
