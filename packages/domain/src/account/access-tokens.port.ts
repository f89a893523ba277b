import type { AccountId, DeviceId, SessionId, Timestamp } from '../shared/ids.ts';

export interface AccessClaims {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly session: SessionId;
  /** Whether the device was certified when the token was issued; a pending device may do little. */
  readonly certified: boolean;
  readonly expiresAt: Timestamp;
}

/** Short-lived signed tokens that name session and device, checked without a store. */
export interface AccessTokens {
  issue(claims: AccessClaims): Promise<string>;
  /** Null: malformed, wrongly signed, expired, or signed by a key that was withdrawn. */
  verify(token: string, now: Timestamp): Promise<AccessClaims | null>;
}
