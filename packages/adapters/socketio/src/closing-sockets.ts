import type { Clock } from '@sealpost/domain';
import { type EngineSocket, onceGone, terminate } from './engine-socket.ts';

/** Connections that were told to close and are not gone yet. */
export class ClosingSockets {
  readonly #clock: Clock;
  readonly #graceMs: number;
  readonly #since = new Map<EngineSocket, number>();
  #whenNone: (() => void)[] = [];

  constructor(clock: Clock, graceMs: number) {
    this.#clock = clock;
    this.#graceMs = graceMs;
  }

  add(conn: EngineSocket): void {
    this.#since.set(conn, this.#clock.monotonic());
    onceGone(conn, () => {
      this.#since.delete(conn);
      if (this.#since.size > 0) return;
      const waiting = this.#whenNone;
      this.#whenNone = [];
      for (const go of waiting) go();
    });
  }

  /** Cuts those whose grace is over. */
  cutOverdue(): void {
    const overdue = this.#clock.monotonic() - this.#graceMs;
    for (const [conn, since] of this.#since) if (since <= overdue) terminate(conn);
  }

  cutAll(): void {
    for (const conn of this.#since.keys()) terminate(conn);
  }

  /** Resolves when none is left. */
  none(): Promise<void> {
    if (this.#since.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenNone.push(resolve);
    });
  }
}
