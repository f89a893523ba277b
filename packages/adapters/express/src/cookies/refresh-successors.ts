import { createHmac } from 'node:crypto';
import { derivedKey } from './derived-key.ts';

/**
 * The refresh token that follows another where cookies carry them. Scripts must not know it, so the server chooses; it
 * always chooses the same, so that a refresh whose answer was lost, or that two tabs make at once, is the same rotation
 * and not taken for theft.
 */
export class RefreshSuccessors {
  readonly #key: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#key = derivedKey(secret, 'refresh-successor');
  }

  of(refreshToken: string): string {
    return createHmac('sha256', this.#key).update(refreshToken).digest('base64url');
  }
}
