import type { Clock, RandomSource, SigningKeyStore, Timestamp } from '@sealpost/domain';
import { loadSigningKey, newSigningKey, type LoadedKey } from './signing-key.ts';

export interface KeyRingParts {
  readonly store: SigningKeyStore;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** The longest time for which a token is issued. */
  readonly accessTokenMs: number;
  /** How long a key signs; then its successor is made. */
  readonly rotateAfterMs: number;
}

/** No process signs with what it read longer ago than this, so this is how long it may go on after a rotation. */
const SIGNER_FRESH_MS = 30_000;
/** For clocks that disagree and calls that were on their way. */
const GRACE_MS = 30_000;
const UNKNOWN_KEY_READ_MS = 1_000;

/** The signing keys of the deployment as this process knows them, newest first. */
export class KeyRing {
  readonly #store: SigningKeyStore;
  readonly #clock: Clock;
  readonly #random: RandomSource;
  readonly #retireAfterMs: number;
  readonly #rotateAfterMs: number;
  #keys: readonly LoadedKey[] = [];
  #readAt = -Infinity;
  #unknownReadAt = -Infinity;
  #reading: Promise<void> | null = null;
  #reads = 0;
  #newestRead = 0;

  constructor({ store, clock, random, accessTokenMs, rotateAfterMs }: KeyRingParts) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
    this.#retireAfterMs = accessTokenMs + SIGNER_FRESH_MS + GRACE_MS;
    this.#rotateAfterMs = rotateAfterMs;
  }

  /** The newest key; makes the first one. */
  async signer(): Promise<LoadedKey> {
    const fresh = this.#clock.monotonic() - this.#readAt < SIGNER_FRESH_MS;
    if (!fresh || this.#keys.length === 0) await this.#readOnce();
    for (;;) {
      const [newest] = this.#keys;
      if (newest !== undefined) return newest;
      await this.#add(null, this.#clock.now());
    }
  }

  /** The key of that id; looks into the store for an unknown one, at most once a second. */
  async find(id: string): Promise<LoadedKey | null> {
    const known = this.#known(id);
    if (known !== null) return known;
    if (this.#reading === null) {
      const now = this.#clock.monotonic();
      if (now - this.#unknownReadAt < UNKNOWN_KEY_READ_MS) return null;
      this.#unknownReadAt = now;
    }
    await this.#readOnce();
    return this.#known(id);
  }

  async refresh(now: Timestamp): Promise<void> {
    await this.#read();
    const [newest] = this.#keys;
    if (newest && newest.createdAt + this.#rotateAfterMs <= now) await this.#add(newest.id, now);
    await this.#retire(now);
  }

  async rotate(now: Timestamp): Promise<void> {
    await this.#read();
    const [newest] = this.#keys;
    // A clock that was set back must not make the new key the older one.
    await this.#add(newest?.id ?? null, Math.max(now, (newest?.createdAt ?? -Infinity) + 1));
    await this.#retire(now);
  }

  #known(id: string): LoadedKey | null {
    return this.#keys.find((key) => key.id === id) ?? null;
  }

  /** Whoever loses the race takes the winner's key. */
  async #add(ifNewest: string | null, createdAt: Timestamp): Promise<void> {
    await this.#store.add(newSigningKey(this.#random, createdAt), ifNewest);
    await this.#read();
  }

  /** A key is needed until the last token has expired that was signed before all processes knew its successor. */
  async #retire(now: Timestamp): Promise<void> {
    const retired = this.#keys.filter((_, index) => {
      const successor = this.#keys[index - 1];
      return successor !== undefined && successor.createdAt + this.#retireAfterMs <= now;
    });
    if (retired.length === 0) return;
    for (const { id } of retired) await this.#store.remove(id);
    await this.#read();
  }

  /** Shares a reading under way: all that wait for an unknown key wait for one. */
  async #readOnce(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    await this.#reading;
  }

  async #read(): Promise<void> {
    this.#reads += 1;
    const read = this.#reads;
    const readAt = this.#clock.monotonic();
    const stored = await this.#store.list();
    const keys = await Promise.all(
      stored.map(async (key) => this.#known(key.id) ?? loadSigningKey(key)),
    );
    // An answer that was asked for earlier and comes later must not bring back a removed key.
    if (read < this.#newestRead) return;
    this.#newestRead = read;
    this.#readAt = readAt;
    this.#keys = keys;
  }
}
