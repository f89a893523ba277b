/** Access tokens in cookies. The HTTP transport sets them and knows their names and how they are protected. */
export interface CookieCredentials {
  /** The access token in a `Cookie` header, if the CSRF token belongs to it; else null. */
  fromCookies(cookieHeader: string, csrfToken: string): string | null;
}
