import { encodeState } from '../conversation/state-codec.ts';
import type { CachedLog } from '../log/cached-log.ts';
import type { Clock } from '../shared/clock.port.ts';
import type { ConversationId, Seq } from '../shared/ids.ts';
import type { Meter } from '../shared/meter.port.ts';

export interface CutExpiredPorts {
  readonly log: CachedLog;
  readonly clock: Clock;
  readonly meter: Meter;
}

const conversationsAtOnce = 200;
/** Most entries of one cut, and about as many of one step: no sender waits long behind it, nor who stops the server. */
const entriesAtOnce = 500;

/**
 * Cuts the entries that are older than the deployment keeps them, in bounded steps over all conversations. Any number
 * of processes may do so at once, and a sweep that is broken off has only done less.
 */
export class CutExpired {
  readonly #ports: CutExpiredPorts;
  readonly #keepMs: number;
  /** The last conversation of which nothing is left to be cut in this sweep. */
  #after: ConversationId | null = null;

  /** `keepMs`: how long an entry is kept after it was accepted; Infinity: for ever. */
  constructor(ports: CutExpiredPorts, keepMs: number) {
    this.#ports = ports;
    this.#keepMs = keepMs;
  }

  /** One step of a sweep, the next one going on where it ended. True: the sweep is through, and the next step begins another. */
  async step(): Promise<boolean> {
    if (this.#keepMs === Infinity) return true;
    const { log, clock } = this.#ports;
    const { found, next } = await log.expiring(clock.now() - this.#keepMs, {
      after: this.#after,
      conversations: conversationsAtOnce,
      entries: entriesAtOnce,
    });
    let total = 0;
    for (const { conversation, floor } of found) {
      const count = await this.#cut(conversation, floor);
      // A full cut may have left some: the next step begins with this conversation.
      if (count >= entriesAtOnce) return false;
      this.#after = conversation;
      total += count;
      if (total >= entriesAtOnce) return false;
    }
    this.#after = next;
    return next === null;
  }

  async #cut(conversation: ConversationId, floor: Seq): Promise<number> {
    const { log, meter } = this.#ports;
    // Read after the floor was found, a state covers every change up to it, and its last commit is no older one's.
    log.forget(conversation);
    const known = await log.state(conversation);
    if (!known) return 0;
    const { version, lastCommit: keep } = known.state;
    const state = encodeState(known.state);
    const count = await log.cut({ conversation, floor, version, state, keep });
    if (count > 0) meter.count('entries_cut', count);
    return count;
  }
}
