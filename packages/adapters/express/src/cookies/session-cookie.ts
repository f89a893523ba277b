import type { SessionId } from '@sealpost/domain';
import { parseCookie } from 'cookie';

/** What a cookie of ours holds: a token, and the session that the CSRF token must be of. */
export interface SessionCookie {
  readonly session: SessionId;
  readonly token: string;
}

export const cookieValue = ({ session, token }: SessionCookie): string => `${session}.${token}`;

/** Null when the header has no such cookie, or none of ours. */
export function sessionCookie(header: string | undefined, name: string): SessionCookie | null {
  const value = header === undefined ? undefined : parseCookie(header)[name];
  const [, session, token] =
    /^([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_.-]{1,4096})$/.exec(value ?? '') ?? [];
  return session !== undefined && token !== undefined ? { session, token } : null;
}
