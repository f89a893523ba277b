import type { EntriesHint, Meter, Notice, Timers } from '@sealpost/domain';
import { type Message, packed } from './hint-message.ts';
import { HintQueue } from './hint-queue.ts';

export interface OutboxPorts {
  readonly timers: Timers;
  readonly meter: Meter;
  readonly failed: (fault: unknown) => void;
  /** Answers how many other processes were told; rejects when Redis has not taken the payload. */
  readonly publish: (payload: Buffer) => Promise<number>;
}

const pauseMs = 500;

/**
 * What goes out on one channel. While something is being told, what comes is gathered and told together: no timer, so
 * nothing waits for one. What could not be told is counted, and the others hear so as soon as they can be told anything.
 *
 * While nobody else was told the last time, only where entries are is told: who begins to listen meanwhile reads them.
 * To join and encode entries that nobody hears took a tenth of the CPU of a process that was alone.
 */
export class Outbox {
  readonly #origin: string;
  readonly #ports: OutboxPorts;
  readonly #queue = new HintQueue();
  #telling: Promise<void> | null = null;
  #cancelPause: (() => void) | null = null;
  #closed = false;
  /** Others may have listened before this process began to tell anything. */
  #isHeard = true;

  constructor(origin: string, ports: OutboxPorts) {
    this.#origin = origin;
    this.#ports = ports;
  }

  publish(hint: EntriesHint): void {
    const kept = this.#isHeard ? hint : { ...hint, entries: null };
    if (!this.#queue.addHint(kept)) this.#ports.meter.count('hints_lost');
    this.#tell();
  }

  announce(notice: Notice): void {
    if (!this.#queue.addNotice(notice)) this.#ports.meter.count('hints_lost');
    this.#tell();
  }

  /** Begins nothing more; resolves when what is under way has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelPause?.();
    await this.#telling;
  }

  #tell(): void {
    if (this.#telling || this.#cancelPause || this.#closed) return;
    this.#telling = this.#tellAll().finally(() => {
      this.#telling = null;
    });
  }

  async #tellAll(): Promise<void> {
    // What else this step publishes goes along.
    await Promise.resolve();
    while (!this.#queue.isEmpty && !this.#cancelPause) {
      const messages = packed(this.#origin, this.#queue.take());
      const outcomes = await Promise.allSettled(
        messages.map(({ payload }) => this.#ports.publish(payload)),
      );
      this.#hear(outcomes);
      this.#lost(messages, outcomes);
    }
  }

  #hear(outcomes: readonly PromiseSettledResult<number>[]): void {
    const told = outcomes.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    if (told.length > 0) this.#isHeard = told.some((others) => others > 0);
  }

  #lost(messages: readonly Message[], outcomes: readonly PromiseSettledResult<unknown>[]): void {
    const lost = outcomes.flatMap((outcome, at) =>
      outcome.status === 'rejected' ? [{ fault: outcome.reason as unknown, at }] : [],
    );
    const [first] = lost;
    if (!first) return;
    const items = lost.reduce((sum, { at }) => sum + (messages[at]?.items ?? 0), 0);
    this.#ports.meter.count('hints_lost', items);
    this.#ports.failed(first.fault);
    this.#queue.lose();
    if (this.#closed) return;
    this.#cancelPause = this.#ports.timers.after(pauseMs, () => {
      this.#cancelPause = null;
      this.#tell();
    });
  }
}
