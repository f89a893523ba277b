import type { Clock } from '../shared/clock.port.ts';
import type { SessionId } from '../shared/ids.ts';
import type { AccessClaims, AccessTokens } from './access-tokens.port.ts';
import type { RevokedSessions } from './revoked-sessions.ts';
import type { SessionStore } from './session-store.port.ts';

/** Tells from an access token who calls; null when the token is no good, or its session or device is revoked. */
export class IdentifyCaller {
  readonly #tokens: AccessTokens;
  readonly #revoked: RevokedSessions;
  readonly #sessions: SessionStore;
  readonly #clock: Clock;

  constructor(
    tokens: AccessTokens,
    revoked: RevokedSessions,
    sessions: SessionStore,
    clock: Clock,
  ) {
    this.#tokens = tokens;
    this.#revoked = revoked;
    this.#sessions = sessions;
    this.#clock = clock;
  }

  async execute(token: string): Promise<AccessClaims | null> {
    const claims = await this.#tokens.verify(token, this.#clock.now());
    return claims && (await this.isLive(claims.session)) ? claims : null;
  }

  /** Whether a session that was let in is still one. */
  async isLive(session: SessionId): Promise<boolean> {
    const status = this.#revoked.check(session);
    if (status !== 'unknown') return status === 'live';
    return (await this.#sessions.find(session))?.revokedAt === null;
  }
}
