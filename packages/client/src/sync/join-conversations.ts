import { sleep } from '../core/backoff.ts';
import type { EnterKeys } from '../changes/enter-keys.ts';
import type { Core } from '../core/ports.ts';
import { at, type ConversationRecord } from '../core/records.ts';
import { SealpostError } from '../core/sealpost-error.ts';
import type { Synchronise } from './synchronise.ts';

const joinEveryMs = 500;
/** A conversation that breaks again so soon after a rejoin waits for a person. */
const rejoinAfterMs = 60 * 60_000;

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

  constructor(core: Core, sync: Synchronise, enter: EnterKeys) {
    this.#core = core;
    this.#sync = sync;
    this.#enter = enter;
  }

  /** Looks whether the conversation needs a join, and if so has it done. */
  async consider(conversation: string): Promise<void> {
    const record = await this.#sync.record(conversation);
    if (!record || record.status === 'left' || (record.keyed && !record.broken)) return;
    const now = this.#core.clock.now();
    if (record.broken && now - record.rejoinedAt < rejoinAfterMs) return;
    this.#waiting.add(conversation);
    if (!this.#running) void this.#work();
  }

  async #work(): Promise<void> {
    this.#running = true;
    for (const conversation of this.#waiting) {
      this.#waiting.delete(conversation);
      try {
        await this.#join(conversation);
      } catch (error) {
        const gone = error instanceof SealpostError && error.code === 'not_found';
        if (!gone) this.#core.events.trouble(error);
      }
      if (this.#waiting.size > 0) await sleep(this.#core.timers, joinEveryMs);
    }
    this.#running = false;
  }

  async #join(conversation: string): Promise<void> {
    const broken = (await this.#sync.record(conversation))?.broken ?? false;
    await this.#enter.join(conversation);
    if (!broken) return;
    await this.#core.vault.transact(async (draft) => {
      const record = await draft.read<ConversationRecord>(at.conversation(conversation));
      if (record)
        draft.write(at.conversation(conversation), {
          ...record,
          rejoinedAt: this.#core.clock.now(),
        });
    });
  }
}
