import type { AccessClaims, AccessTokens, Clock, Timestamp } from '@sealpost/domain';
import { errors, jwtVerify, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { KeyRing, type KeyRingParts } from './key-ring.ts';
import { ALGORITHM } from './signing-key.ts';

/** Says what the token is for, so that no other token signed by these keys is ever taken for one (RFC 8725, 3.11). */
const TYPE = 'sealpost-access+jwt';
const ISSUER = 'sealpost';
const AUDIENCE = 'sealpost';
/** Ours have about 400 characters. */
const MAX_LENGTH = 2_048;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function claimsOf({ sub, device, sid, certified, exp }: JWTPayload): AccessClaims | null {
  if (!isText(sub) || !isText(device) || !isText(sid)) return null;
  if (typeof certified !== 'boolean' || typeof exp !== 'number') return null;
  return { account: sub, device, session: sid, certified, expiresAt: Math.round(exp * 1_000) };
}

/**
 * Access tokens as JSON Web Tokens (RFC 7519) signed by HMAC (JWS, RFC 7515), with the claims `sub` (account), `device`,
 * `certified`, `sid` (session), `iat`, `exp` (both with milliseconds), `iss` and `aud`.
 *
 * - A token that is signed by a key known here is verified without touching the store.
 * - The first use in a deployment makes the first key; of processes that start at once all take the same.
 * - `refresh` is called now and then by every process: it forgets withdrawn keys and removes those that no living token
 *   needs. A key that is unknown is looked up at most once a second, whatever tokens come.
 */
export class JoseAccessTokens implements AccessTokens {
  readonly #ring: KeyRing;
  readonly #clock: Clock;

  constructor(parts: KeyRingParts) {
    this.#ring = new KeyRing(parts);
    this.#clock = parts.clock;
  }

  /** Reads the keys, and makes the first one, before the first request needs it. */
  async start(): Promise<void> {
    await this.#ring.signer();
  }

  async issue(claims: AccessClaims): Promise<string> {
    const { account, device, session, certified, expiresAt } = claims;
    const key = await this.#ring.signer();
    return new SignJWT({ device, sid: session, certified })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: key.id })
      .setSubject(account)
      .setIssuedAt(this.#clock.now() / 1_000)
      .setExpirationTime(expiresAt / 1_000)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .sign(key.secret);
  }

  async verify(token: string, now: Timestamp): Promise<AccessClaims | null> {
    if (token.length > MAX_LENGTH) return null;
    const payload = await this.#verified(token, now);
    const claims = payload === null ? null : claimsOf(payload);
    // jose compares whole seconds.
    return claims !== null && claims.expiresAt > now ? claims : null;
  }

  /** Adds a key that signs from now on; earlier ones verify until the last of their tokens has expired. */
  async rotate(now: Timestamp): Promise<void> {
    await this.#ring.rotate(now);
  }

  /** Reads the keys again, makes a successor for one that signed long enough, removes those that no token needs. */
  async refresh(): Promise<void> {
    await this.#ring.refresh(this.#clock.now());
  }

  async #verified(token: string, now: Timestamp): Promise<JWTPayload | null> {
    const keyOf = async ({ kid }: { kid?: unknown }): Promise<CryptoKey> => {
      const key = isText(kid) ? await this.#ring.find(kid) : null;
      if (key === null) throw new errors.JWKSNoMatchingKey();
      return key.secret;
    };
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['sub', 'iat', 'exp'],
        currentDate: new Date(now),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }
}
