import { type Credentials, ok, refuse, type Result } from '@sealpost/domain';
import type { WireRefusal } from '@sealpost/protocol';
import type { CallCookies } from '@sealpost/protocol/edge';
import { edgeNames } from '@sealpost/protocol/reference';
import type { Request, Response } from 'express';
import type { CookieJar } from './cookie-jar.ts';
import { type SessionCookie, sessionCookie } from './session-cookie.ts';

/** The cookies of one request and its answer. */
export class RequestCookies implements CallCookies {
  readonly #jar: CookieJar;
  readonly #request: Request;
  readonly #response: Response;

  constructor(jar: CookieJar, request: Request, response: Response) {
    this.#jar = jar;
    this.#request = request;
    this.#response = response;
  }

  /** Whether the client wants its tokens as cookies. */
  get wanted(): boolean {
    return this.#request.headers[edgeNames.cookiesHeader] === '1';
  }

  get access(): SessionCookie | null {
    return sessionCookie(this.#request.headers.cookie, edgeNames.accessCookie);
  }

  /** A page elsewhere must not be able to log its visitors in or out. */
  checkOrigin(): Result<null, WireRefusal> {
    return this.#jar.isOwnOrigin(this.#request.headers.origin)
      ? ok(null)
      : refuse({ code: 'csrf' });
  }

  /** Whether what this cookie authenticates was asked for by a page of ours. */
  check({ session }: SessionCookie): Result<null, WireRefusal> {
    const token = this.#request.headers[edgeNames.csrfHeader];
    const shown = typeof token === 'string' && this.#jar.csrf.matches(session, token);
    return shown ? this.checkOrigin() : refuse({ code: 'csrf' });
  }

  /** The refresh token in the cookie. */
  refreshToken(): Result<string, WireRefusal> {
    const cookie = sessionCookie(this.#request.headers.cookie, edgeNames.refreshCookie);
    if (!cookie) return refuse({ code: 'invalid_token' });
    const checked = this.check(cookie);
    return checked.ok ? ok(cookie.token) : checked;
  }

  successorOf(refreshToken: string): string {
    return this.#jar.successors.of(refreshToken);
  }

  /** Answers the CSRF token that belongs to them. */
  hold(credentials: Credentials): string {
    this.#response.append('set-cookie', this.#jar.holding(credentials));
    return this.#jar.csrf.of(credentials.session);
  }

  /** Ends being logged in by cookies; does nothing for clients that have none. */
  drop(): void {
    if (this.#request.headers.cookie !== undefined)
      this.#response.append('set-cookie', this.#jar.emptied());
  }
}
