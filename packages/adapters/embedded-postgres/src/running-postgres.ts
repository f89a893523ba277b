import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { freePort } from './free-port.ts';
import type { EmbeddedPostgresNotice } from './notice.ts';
import { stopOrphans } from './orphans.ts';
import { launchPostmaster, type Postmaster, type PostmasterPlan } from './postmaster.ts';

const portAttempts = 5;
const pauseMs = { first: 100, longest: 5_000 };

/**
 * Postgres, kept running: when it ends by itself or is killed, it is started again on the same port, after pauses
 * that grow, until `stop`. What it had acknowledged is recovered.
 */
export class RunningPostgres {
  readonly #plan: PostmasterPlan;
  readonly #notify: (notice: EmbeddedPostgresNotice) => void;
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  #postmaster: Postmaster;

  static async start(
    plan: PostmasterPlan,
    notify: (notice: EmbeddedPostgresNotice) => void,
    choosePort: () => Promise<number> = freePort,
  ): Promise<RunningPostgres> {
    for (let attempt = 0; attempt < portAttempts; attempt += 1) {
      const postmaster = await launchPostmaster(plan, await choosePort());
      if (postmaster !== 'port_taken') return new RunningPostgres(plan, notify, postmaster);
    }
    throw new EmbeddedPostgresError(
      'cannot_start',
      `PostgreSQL found no free port on 127.0.0.1 in ${portAttempts} attempts. Start again.`,
    );
  }

  private constructor(
    plan: PostmasterPlan,
    notify: (notice: EmbeddedPostgresNotice) => void,
    postmaster: Postmaster,
  ) {
    this.#plan = plan;
    this.#notify = notify;
    this.#postmaster = postmaster;
    this.#ended = this.#keepRunning();
  }

  get pid(): number {
    return this.#postmaster.pid;
  }

  get port(): number {
    return this.#postmaster.port;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#postmaster.stop();
    await this.#ended;
  }

  async #keepRunning(): Promise<void> {
    for (;;) {
      await this.#postmaster.exited;
      if (this.#stopping.signal.aborted) return;
      this.#notify({ code: 'postgres_ended', pid: this.pid });
      if (!(await this.#revive())) return;
      this.#notify({ code: 'postgres_restarted', pid: this.pid });
    }
  }

  /** Answers `false` when it was stopped meanwhile. */
  async #revive(): Promise<boolean> {
    for (let pause = pauseMs.first; ; pause = Math.min(2 * pause, pauseMs.longest)) {
      const { signal } = this.#stopping;
      // The pause ends early by a rejection; the next line tells the two ends apart.
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return false;
      const postmaster = await this.#relaunch();
      if (postmaster === null) continue;
      this.#postmaster = postmaster;
      if (!signal.aborted) return true;
      await postmaster.stop();
      return false;
    }
  }

  async #relaunch(): Promise<Postmaster | null> {
    try {
      await stopOrphans(this.#plan.cluster);
      const postmaster = await launchPostmaster(this.#plan, this.port);
      if (postmaster !== 'port_taken') return postmaster;
      this.#notify({ code: 'restart_failed', reason: `port ${this.port} is taken` });
    } catch (error) {
      this.#notify({ code: 'restart_failed', reason: String(error) });
    }
    return null;
  }
}
