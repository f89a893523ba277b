import type { Clock } from '../shared/clock.port.ts';
import type { SessionId } from '../shared/ids.ts';
import type { Soon } from '../shared/soon.ts';
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

  /** Whether a session that was let in is still one; asked of the store only while revocations cannot be read. */
  isLive(session: SessionId): Soon<boolean> {
    const status = this.#revoked.check(session);
    return status === 'unknown' ? this.#isStored(session) : status === 'live';
  }

  async #isStored(session: SessionId): Promise<boolean> {
    return (await this.#sessions.find(session))?.revokedAt === null;
  }
}
