import { clockDifferenceMs } from '../shared/clock-difference.ts';
import type { Clock } from '../shared/clock.port.ts';
import type { SessionId } from '../shared/ids.ts';
import type { Timers } from '../shared/timers.port.ts';
import type { SessionStore } from './session-store.port.ts';

export interface RevokedSessionsPorts {
  readonly sessions: SessionStore;
  readonly clock: Clock;
  readonly timers: Timers;
  /** How long an access token can outlive its session. */
  readonly accessTokenMs: number;
  readonly onRevoked: (sessions: readonly SessionId[]) => void;
  readonly failed: (fault: unknown) => void;
}

const rereadMs = 2_000;
/** Without a successful reading for so long, nobody is let in on a token alone, and nothing is pushed (G6). */
const trustMs = 5_000;

/**
 * The sessions revoked during the life of an access token, in memory: a token check needs no store. Loaded at start,
 * hinted by other processes, re-read every two seconds.
 */
export class RevokedSessions {
  readonly #ports: RevokedSessionsPorts;
  readonly #revoked = new Map<SessionId, number>();
  #readAt = -Infinity;
  #reading: Promise<void> | null = null;
  #stopped = true;
  #cancel: () => void = () => undefined;

  constructor(ports: RevokedSessionsPorts) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    this.#stopped = false;
    await this.#read();
    this.#schedule();
  }

  /** A reading that is under way ends by itself. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  note(sessions: readonly SessionId[]): void {
    const fresh = sessions.filter((session) => !this.#revoked.has(session));
    for (const session of fresh) this.#revoked.set(session, this.#ports.clock.monotonic());
    if (fresh.length > 0) this.#ports.onRevoked(fresh);
  }

  /** `unknown`: the revocations could not be read for five seconds; ask the session store. */
  check(session: SessionId): 'live' | 'revoked' | 'unknown' {
    if (this.#revoked.has(session)) return 'revoked';
    return this.isCurrent() ? 'live' : 'unknown';
  }

  /** Whether everything that was revoked more than five seconds ago is known. */
  isCurrent(): boolean {
    return this.#ports.clock.monotonic() - this.#readAt <= trustMs;
  }

  /** Resolves when it is, after `onRevoked` was told; rejects when the revocations cannot be read. */
  async ensureCurrent(): Promise<void> {
    while (!this.isCurrent()) await this.#read();
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#cancel = this.#ports.timers.after(rereadMs, () => {
      void this.#read()
        .catch((fault: unknown) => this.#ports.failed(fault))
        .finally(() => this.#schedule());
    });
  }

  #read(): Promise<void> {
    this.#reading ??= this.#readOnce().finally(() => (this.#reading = null));
    return this.#reading;
  }

  /** What was revoked since the last reading, however long the store was out of reach; older than a token none matters. */
  async #readOnce(): Promise<void> {
    const { accessTokenMs, clock, sessions } = this.#ports;
    const began = clock.monotonic();
    const spanMs = Math.min(Math.ceil(began - this.#readAt), accessTokenMs) + clockDifferenceMs;
    this.note(await sessions.revokedSince(clock.now() - spanMs));
    this.#readAt = began;
    const oldest = began - accessTokenMs - clockDifferenceMs;
    for (const [session, at] of this.#revoked) if (at < oldest) this.#revoked.delete(session);
  }
}
