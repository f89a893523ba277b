import type { ConversationId } from '../shared/ids.ts';
import { assert } from '../shared/assert.ts';
import type { Clock } from '../shared/clock.port.ts';
import type { ConversationLog } from '../log/conversation-log.port.ts';
import { type Tenure, whereItIs } from '../log/tenure.ts';
import { CopyLog } from './copy-log.ts';

/** What a move has done so far. */
export interface MoveFindings {
  /** Conversations that were looked at. */
  readonly conversations: number;
  /** Of those were handed over now, and were there already. */
  readonly moved: number;
  readonly there: number;
  /** Of those are left where they were, since the copy was not the same. */
  readonly differing: number;
  /** Entries that were copied and compared. */
  readonly entries: number;
  /** The longest time for which a conversation took no entries, in milliseconds. */
  readonly closedMs: number;
}

export const nothingMoved: MoveFindings = {
  conversations: 0,
  moved: 0,
  there: 0,
  differing: 0,
  entries: 0,
  closedMs: 0,
};

export interface MovePorts {
  readonly from: ConversationLog;
  readonly to: ConversationLog;
  readonly clock: Clock;
  /** Called after each page and each conversation: a pause here leaves the stores to others. */
  readonly pause: () => Promise<void>;
  /** Conversations that are moved side by side. */
  readonly atOnce: number;
}

type Handed = 'moved' | 'there' | 'differs';
/** What belongs to a hand-over: copying while the source is in use, and what is left when it is not. */
interface Copying {
  ahead(): Promise<boolean>;
  rest(): Promise<boolean>;
}

const conversationsAtOnce = 200;
/** The term with which a store is closed for new conversations in which none was ever founded. */
const neverFoundedIn = 1;

const isUsed = async (log: ConversationLog): Promise<boolean> =>
  (await log.conversations({ after: null, limit: 1 })).length > 0;

/**
 * Moves a history from one store to another while servers use it through `MovingLog`. What was done is told by the two
 * logs alone: it may be broken off anywhere and begun again, by any number of processes, and in the other direction.
 *
 * Each conversation is copied while it is in use, closed in the source, copied to its end, compared, and opened in the
 * target. Whoever opens one of the two has seen the other closed with a term that can only change after this one's has:
 * at most one is open, and it has everything.
 */
export class MoveHistory {
  readonly #ports: MovePorts;
  #found = nothingMoved;

  constructor(ports: MovePorts) {
    this.#ports = ports;
  }

  get found(): MoveFindings {
    return this.#found;
  }

  /**
   * Has new conversations founded in the target from now on.
   *
   * @returns false: nothing was done, since the target has a history of its own.
   */
  async begin(): Promise<boolean> {
    const { from, to } = this.#ports;
    const [source, target] = [await from.tenure(null), await to.tenure(null)];
    assert(source !== null && target !== null, 'a store has a tenure for new conversations');
    if (source.state === 'open' && target.state === 'open') {
      if (await isUsed(to)) return false;
      // With both empty, servers may have been founding in either.
      const term = (await isUsed(from)) ? neverFoundedIn : neverFoundedIn + 1;
      await to.changeTenure(null, target.term, { term, state: 'closed' });
    }
    await this.#handOver(null, { ahead: () => this.#everyLog(), rest: () => this.#everyLog() });
    return true;
  }

  /**
   * A process may have asked where to found a conversation, found no log of it, and slept until that store takes new ones
   * again. So before it does, each conversation of the other one has a log there, which is closed.
   */
  async #everyLog(): Promise<boolean> {
    const { from, to, pause } = this.#ports;
    if ((await to.tenure(null))?.term === neverFoundedIn) return true;
    for (let after: ConversationId | null = null; ;) {
      const page = await from.conversations({ after, limit: conversationsAtOnce });
      const there = await to.heads(page);
      for (const conversation of page) {
        if (there.has(conversation)) continue;
        await new CopyLog(conversation, { from, to, paced: pause }).ahead();
        if ((await to.tenure(conversation)) === null) return false;
      }
      if (page.length < conversationsAtOnce) return true;
      after = page.at(-1) ?? null;
    }
  }

  /** Moves some conversations, from the one that follows `after` on; `next` null: there are no more. */
  async step(after: ConversationId | null): Promise<ConversationId | null> {
    const page = { after, limit: conversationsAtOnce };
    const conversations = await this.#ports.from.conversations(page);
    const waiting = conversations.values();
    const worker = async (): Promise<void> => {
      for (const conversation of waiting) await this.#move(conversation);
    };
    await Promise.all(Array.from({ length: this.#ports.atOnce }, worker));
    return conversations.length < conversationsAtOnce ? null : (conversations.at(-1) ?? null);
  }

  async #move(conversation: ConversationId): Promise<void> {
    const { from, to } = this.#ports;
    const copy = new CopyLog(conversation, { from, to, paced: (entries) => this.#paced(entries) });
    const handed = await this.#handOver(conversation, copy);
    const { conversations, moved, there, differing } = this.#found;
    this.#found = {
      ...this.#found,
      conversations: conversations + 1,
      moved: moved + (handed === 'moved' ? 1 : 0),
      there: there + (handed === 'there' ? 1 : 0),
      differing: differing + (handed === 'differs' ? 1 : 0),
    };
  }

  async #paced(entries: number): Promise<void> {
    this.#found = { ...this.#found, entries: this.#found.entries + entries };
    await this.#ports.pause();
  }

  /** Goes on from whatever state the two are in until the target's is open, or is known not to be the same. */
  async #handOver(what: ConversationId | null, copying: Copying): Promise<Handed> {
    let closedAt: number | null = null;
    let outcome: Handed = 'there';
    let hasDiffered = false;
    for (;;) {
      const next = await this.#nextStep(what, copying, hasDiffered);
      if (next === 'there' || next === 'differs') {
        if (closedAt !== null) this.#noteClosed(this.#ports.clock.monotonic() - closedAt);
        return next === 'there' ? outcome : next;
      }
      if (next === 'refused') hasDiffered = true;
      if (next === 'closed') closedAt = this.#ports.clock.monotonic();
      outcome = 'moved';
    }
  }

  async #nextStep(
    what: ConversationId | null,
    copying: Copying,
    hasDiffered: boolean,
  ): Promise<'closed' | 'changed' | 'refused' | 'there' | 'differs'> {
    const { from, to } = this.#ports;
    const source = await from.tenure(what);
    const target = await to.tenure(what);
    if (source === null) return 'there';
    if (source.state === 'open') {
      if (target?.state === 'open' || !(await copying.ahead())) return 'differs';
      const copy = await to.tenure(what);
      assert(copy !== null, 'what was copied is there');
      const closed: Tenure = { term: Math.max(source.term, copy.term) + 1, state: 'closed' };
      return (await from.changeTenure(what, source.term, closed)) ? 'closed' : 'changed';
    }
    assert(target !== null, 'what is closed here was copied there before');
    if (target.state === 'open') return 'there';
    return this.#settle(what, source, target, copying, hasDiffered);
  }

  /** Neither is open. */
  async #settle(
    what: ConversationId | null,
    source: Tenure,
    target: Tenure,
    copying: Copying,
    hasDiffered: boolean,
  ): Promise<'changed' | 'refused' | 'differs'> {
    const { from, to } = this.#ports;
    if (source.term === target.term) {
      // Two who began at once, in opposite directions, have closed both stores for new conversations.
      if (what !== null) return 'differs';
      await from.changeTenure(what, source.term, { term: source.term + 1, state: 'closed' });
      return 'changed';
    }
    if (whereItIs(source, target) === 'there') {
      // Somebody began to move it back: it is complete in the target, once nobody can open the source any more.
      if (source.state === 'refused' && source.term > target.term)
        await to.changeTenure(what, target.term, { term: source.term + 1, state: 'open' });
      else await from.changeTenure(what, source.term, { term: target.term + 1, state: 'refused' });
      return 'changed';
    }
    if (target.state === 'refused' && target.term > source.term) {
      await from.changeTenure(what, source.term, { term: target.term + 1, state: 'open' });
      // Somebody else's refusal says nothing: who moved it back has refused it, too.
      return hasDiffered ? 'differs' : 'changed';
    }
    const isSame = await copying.rest();
    const next: Tenure = { term: source.term + 1, state: isSame ? 'open' : 'refused' };
    await to.changeTenure(what, target.term, next);
    return isSame ? 'changed' : 'refused';
  }

  #noteClosed(ms: number): void {
    this.#found = { ...this.#found, closedMs: Math.max(this.#found.closedMs, Math.ceil(ms)) };
  }
}
