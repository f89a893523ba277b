import { sleep } from '../core/backoff.ts';
import type { EnterKeys } from '../changes/enter-keys.ts';
import type { Core } from '../core/ports.ts';
import { SealpostError } from '../core/sealpost-error.ts';
import type { Synchronise } from './synchronise.ts';

const joinEveryMs = 500;
const retryMs = 10_000;

/**
 * Brings this device into the keys of its account's conversations: in the background at most two a second, in the
 * order in which they were asked for. Also the way back in when this device's keys cannot follow a log.
 */
export class JoinConversations {
  readonly #core: Core;
  readonly #sync: Synchronise;
  readonly #enter: EnterKeys;
  readonly #waiting = new Set<string>();
  #running = false;
  #stopped = false;

  constructor(core: Core, sync: Synchronise, enter: EnterKeys) {
    this.#core = core;
    this.#sync = sync;
    this.#enter = enter;
  }

  /** Looks whether the conversation needs a join, and if so has it done. */
  async consider(conversation: string): Promise<void> {
    const record = await this.#sync.record(conversation);
    if (!record || record.status === 'left' || (record.keyed && !record.broken)) return;
    this.#waiting.add(conversation);
    if (!this.#running) void this.#work();
  }

  /** Nothing more is begun. */
  stop(): void {
    this.#stopped = true;
  }

  async #work(): Promise<void> {
    this.#running = true;
    for (const conversation of this.#waiting) {
      this.#waiting.delete(conversation);
      if (this.#stopped) break;
      try {
        await this.#enter.join(conversation);
      } catch (error) {
        this.#failed(conversation, error);
      }
      if (this.#waiting.size > 0) await sleep(this.#core.timers, joinEveryMs);
    }
    this.#running = false;
  }

  #failed(conversation: string, error: unknown): void {
    const known = error instanceof SealpostError;
    if (known && error.code === 'not_found') return;
    this.#core.events.trouble(error);
    // Without an answer the next connection lists it again; this is for a server that refused for the moment.
    if (known && error.retryable)
      this.#core.timers.after(retryMs, () => {
        this.consider(conversation).catch((fault: unknown) => this.#core.events.trouble(fault));
      });
  }
}
