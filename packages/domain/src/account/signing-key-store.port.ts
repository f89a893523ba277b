import type { Timestamp } from '../shared/ids.ts';

export interface SigningKey {
  readonly id: string;
  /** The secret key as a JSON Web Key (RFC 7517). */
  readonly secretJwk: string;
  readonly createdAt: Timestamp;
}

/** The keys by which the deployment signs its access tokens, newest first. */
export interface SigningKeyStore {
  list(): Promise<readonly SigningKey[]>;
  /** Adds a key if the newest stored one is the one named (null: none is stored); of racing additions one succeeds. Answers whether it was added. */
  add(key: SigningKey, ifNewest: string | null): Promise<boolean>;
  remove(id: string): Promise<void>;
}
