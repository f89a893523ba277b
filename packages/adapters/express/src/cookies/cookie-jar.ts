import type { Clock, Credentials } from '@sealpost/domain';
import { edgeNames } from '@sealpost/protocol/reference';
import { type SetCookie, stringifySetCookie } from 'cookie';
import type { EdgeOptions } from '../options.ts';
import { CsrfTokens } from './csrf-tokens.ts';
import { RefreshSuccessors } from './refresh-successors.ts';
import { cookieValue } from './session-cookie.ts';

/** Sent with nothing else, so that it is in as few places as possible. */
const refreshPath = '/v1/sessions';

/** The cookies of browsers: out of reach of scripts, and never sent by pages of other sites. */
export class CookieJar {
  readonly csrf: CsrfTokens;
  readonly successors: RefreshSuccessors;
  readonly #clock: Clock;
  readonly #secure: boolean;
  readonly #origins: ReadonlySet<string>;

  constructor(options: EdgeOptions, clock: Clock) {
    const own = new URL(options.publicUrl);
    this.csrf = new CsrfTokens(options.csrfSecret);
    this.successors = new RefreshSuccessors(options.csrfSecret);
    this.#clock = clock;
    this.#secure = own.protocol === 'https:';
    this.#origins = new Set([own.origin, ...options.allowedOrigins]);
  }

  /** Browsers name the origin with everything that can change something; nobody else needs cookies. */
  isOwnOrigin(origin: string | undefined): boolean {
    return origin !== undefined && this.#origins.has(origin);
  }

  /** `set-cookie` headers that leave a browser logged in. */
  holding({ session, ...credentials }: Credentials): string[] {
    const access = cookieValue({ session, token: credentials.accessToken });
    const refresh = cookieValue({ session, token: credentials.refreshToken });
    return [
      this.#cookie(edgeNames.accessCookie, '/', access, credentials.accessExpiresAt),
      this.#cookie(edgeNames.refreshCookie, refreshPath, refresh, credentials.refreshExpiresAt),
    ];
  }

  /** `set-cookie` headers that leave nothing. */
  emptied(): string[] {
    return [
      this.#cookie(edgeNames.accessCookie, '/', '', 0),
      this.#cookie(edgeNames.refreshCookie, refreshPath, '', 0),
    ];
  }

  #cookie(name: string, path: string, value: string, expiresAt: number): string {
    const maxAge = Math.max(0, Math.floor((expiresAt - this.#clock.now()) / 1_000));
    const cookie: SetCookie = {
      name,
      value,
      path,
      maxAge,
      httpOnly: true,
      sameSite: 'strict',
      secure: this.#secure,
    };
    return stringifySetCookie(cookie);
  }
}
