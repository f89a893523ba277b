import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SessionId } from '@sealpost/domain';
import { derivedKey } from './derived-key.ts';

/**
 * A token per session that a page must show with what cookies authenticate: another site can make a browser send the
 * cookies, but it cannot learn the token.
 */
export class CsrfTokens {
  readonly #key: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#key = derivedKey(secret, 'csrf');
  }

  of(session: SessionId): string {
    return createHmac('sha256', this.#key).update(session).digest('base64url');
  }

  matches(session: SessionId, token: string): boolean {
    const expected = Buffer.from(this.of(session));
    const given = Buffer.from(token);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}
