import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2';
import { AdapterFailure, assert, passwordLength, type PasswordHasher } from '@sealpost/domain';
import { BcryptThread } from './bcrypt-thread.ts';
import { ARGON2ID, parseStoredHash } from './stored-hash.ts';
import { Turnstile } from './turnstile.ts';

export interface PasswordOptions {
  /** Argon2 calculations at the same time, each with 19 MiB and one of Node's four pool threads. Default 2. */
  readonly atOnce?: number;
  /** Calculations that may wait, of argon2 and of bcrypt each. Default 100. */
  readonly waiting?: number;
}

type Verdict = Awaited<ReturnType<PasswordHasher['verify']>>;

/** A hash of today's cost that no password has: its output is all zeros. */
const NOBODYS_HASH = `$argon2id$v=19$m=${ARGON2ID.memoryCost},t=${ARGON2ID.timeCost},p=${ARGON2ID.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

const isTooLong = (password: string): boolean =>
  Buffer.byteLength(password, 'utf8') > passwordLength.maximumBytes;

/** The library's own text could quote its arguments. */
async function argon2<T>(operation: string, calculation: Promise<T>): Promise<T> {
  try {
    return await calculation;
  } catch {
    throw new AdapterFailure({
      adapter: 'password',
      operation,
      retryable: true,
      detail: 'argon2_failed',
    });
  }
}

/**
 * Passwords by argon2id at OWASP's parameters, as PHC strings; bcrypt hashes from elsewhere are verified, on a thread of
 * their own, and answered `outdated` so that they are replaced.
 *
 * - A password has at most 1,024 bytes of UTF-8; a longer one matches nothing, at once, whatever the handle.
 * - bcrypt looks at the first 72 bytes only: until its hash is replaced, whatever agrees in these matches.
 * - Hashes that cost more than 256 MiB, 16 passes or bcrypt's cost 14 are not accepted.
 * - A verification that finds too many waiting throws an AdapterFailure that may be retried.
 * - `verifyNothing` takes as long as a hash of today's parameters; a bcrypt hash takes its own time until it is replaced.
 */
export class Argon2PasswordHasher implements PasswordHasher {
  readonly #argon2: Turnstile;
  readonly #bcrypt: Turnstile;
  readonly #thread = new BcryptThread();

  constructor({ atOnce = 2, waiting = 100 }: PasswordOptions = {}) {
    this.#argon2 = new Turnstile({ atOnce, waiting });
    this.#bcrypt = new Turnstile({ atOnce: 1, waiting });
  }

  async hash(password: string): Promise<string> {
    assert(!isTooLong(password), 'a password that is hashed is not too long');
    return this.#argon2.run('hash', () => argon2('hash', argon2Hash(password, ARGON2ID)));
  }

  async verify(password: string, hash: string): Promise<Verdict> {
    const stored = parseStoredHash(hash);
    if (stored === null || isTooLong(password)) return this.verifyNothing(password);
    if (stored.scheme === 'bcrypt') {
      const matches = await this.#bcrypt.run('verify', () => this.#thread.verify(password, hash));
      return matches ? 'outdated' : 'mismatch';
    }
    if (!(await this.#matches(password, hash))) return 'mismatch';
    return stored.outdated ? 'outdated' : 'match';
  }

  async verifyNothing(password: string): Promise<'mismatch'> {
    if (!isTooLong(password)) await this.#matches(password, NOBODYS_HASH);
    return 'mismatch';
  }

  accepts(hash: string): boolean {
    return parseStoredHash(hash) !== null;
  }

  /** Ends the thread; verifications on it fail and may be retried. */
  async stop(): Promise<void> {
    await this.#thread.stop();
  }

  async #matches(password: string, hash: string): Promise<boolean> {
    return this.#argon2.run('verify', () => argon2('verify', argon2Verify(hash, password)));
  }
}
