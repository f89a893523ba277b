import { randomUUID } from 'node:crypto';
import type { AccessClaims, AccessTokens } from '@sealpost/domain';

/** Tokens without cryptography: good as long as they are known here and have not expired. */
export class TestTokens implements AccessTokens {
  readonly #issued = new Map<string, AccessClaims>();

  async issue(claims: AccessClaims): Promise<string> {
    const token = `token-${randomUUID()}`;
    this.#issued.set(token, claims);
    return token;
  }

  async verify(token: string, now: number): Promise<AccessClaims | null> {
    const claims = this.#issued.get(token);
    return claims && claims.expiresAt > now ? claims : null;
  }
}
