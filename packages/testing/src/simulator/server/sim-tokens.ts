import type { AccessClaims, AccessTokens, RandomSource, SigningKeyStore } from '@sealpost/domain';

/** Tokens that are their claims in clear, and name the key of the deployment that they stand for being signed by. */
export class SimTokens implements AccessTokens {
  readonly #keys: SigningKeyStore;
  readonly #random: RandomSource;
  #key: string | null = null;

  constructor(keys: SigningKeyStore, random: RandomSource) {
    this.#keys = keys;
    this.#random = random;
  }

  /** Learns the deployment's key, or makes the first. */
  async start(): Promise<void> {
    const added = { id: this.#random.id(), secretJwk: '{}', createdAt: 0 };
    if ((await this.#keys.list()).length === 0) await this.#keys.add(added, null);
    this.#key = (await this.#keys.list())[0]?.id ?? null;
  }

  issue(claims: AccessClaims): Promise<string> {
    return Promise.resolve(JSON.stringify({ ...claims, key: this.#key }));
  }

  verify(token: string, now: number): Promise<AccessClaims | null> {
    if (!token.startsWith('{')) return Promise.resolve(null);
    const { key, ...claims } = JSON.parse(token) as AccessClaims & { readonly key: string };
    const isValid = key === this.#key && claims.expiresAt > now;
    return Promise.resolve(isValid ? claims : null);
  }
}

/** The same token, without an end. */
export const endless = (token: string): string =>
  JSON.stringify({ ...(JSON.parse(token) as object), expiresAt: Number.MAX_SAFE_INTEGER });
