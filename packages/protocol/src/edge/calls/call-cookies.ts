import type { Credentials, Result } from '@sealpost/domain';
import type { WireRefusal } from '../../schema/refusal.ts';

/** The cookies of one call and its answer, for clients that keep their tokens in them. */
export interface CallCookies {
  /** Whether the client wants its tokens as cookies. */
  readonly wanted: boolean;
  /** A page elsewhere must not be able to log its visitors in or out. */
  checkOrigin(): Result<null, WireRefusal>;
  /** The refresh token in the cookie. */
  refreshToken(): Result<string, WireRefusal>;
  /** The refresh token that follows this one, the same each time it is asked for. */
  successorOf(refreshToken: string): string;
  /** Answers the CSRF token that belongs to them. */
  hold(credentials: Credentials): string;
  /** Ends being logged in by cookies; does nothing for clients that have none. */
  drop(): void;
}
