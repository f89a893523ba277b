import type { Clock } from '../shared/clock.port.ts';
import type { SessionStore } from './session-store.port.ts';

/** Longer than any access token outlives its session, and than the clocks of processes differ. */
const keptMs = 24 * 60 * 60_000;
const sessionsAtOnce = 500;

/**
 * Forgets sessions that ended a day ago: what nobody can use or look at any more says only when somebody was there. Any
 * number of processes may do so at once.
 */
export class ForgetSessions {
  readonly #sessions: Pick<SessionStore, 'forget'>;
  readonly #clock: Clock;

  constructor({
    sessions,
    clock,
  }: {
    readonly sessions: Pick<SessionStore, 'forget'>;
    readonly clock: Clock;
  }) {
    this.#sessions = sessions;
    this.#clock = clock;
  }

  /** Forgets some. True: there are no more. */
  async step(): Promise<boolean> {
    const forgotten = await this.#sessions.forget(this.#clock.now() - keptMs, sessionsAtOnce);
    return forgotten < sessionsAtOnce;
  }
}
