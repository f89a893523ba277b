import { edgeNames } from '@sealpost/protocol/reference';
import { CsrfTokens } from './csrf-tokens.ts';
import { sessionCookie } from './session-cookie.ts';

/** Reads the access token from the cookies that this transport sets, for transports that browsers also reach. */
export interface CookieCredentials {
  /** Null: there is no such cookie, or the CSRF token is not that of its session. */
  fromCookies(cookieHeader: string | undefined, csrfToken: string | undefined): string | null;
}

export function cookieCredentials({
  csrfSecret,
}: {
  readonly csrfSecret: Uint8Array;
}): CookieCredentials {
  const csrf = new CsrfTokens(csrfSecret);
  return {
    fromCookies(cookieHeader, csrfToken) {
      const cookie = sessionCookie(cookieHeader, edgeNames.accessCookie);
      return cookie && csrfToken !== undefined && csrf.matches(cookie.session, csrfToken)
        ? cookie.token
        : null;
    },
  };
}
