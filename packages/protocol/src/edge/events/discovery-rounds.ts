import {
  type Behind,
  clockDifferenceMs,
  type ConversationId,
  type DiscoveryPage,
  type DiscoveryPosition,
  type Timestamp,
} from '@sealpost/domain';

/** Under steady activity each would need another. What was missed in so many was active, and pushed, in each of them. */
const mostRounds = 4;

/**
 * How the pages of discovery are gone through so that nothing is missed. One page is a picture of one instant. Between
 * two, a conversation that becomes active moves up, past where the reading is. So there is another round, down to what
 * may have been stamped since the last one began, by a clock that is behind, too. It is the last when only its first
 * page brought something new.
 */
export class DiscoveryRounds {
  #after: DiscoveryPosition | null = null;
  #round = 0;
  /** Where this round ends, and where the next one will. */
  #since: Timestamp = -Infinity;
  #nextSince: Timestamp = -Infinity;
  /** What another round would meet again, and when it was active. */
  readonly #seen = new Map<ConversationId, Timestamp>();
  #isLast = true;
  #done = false;

  /** After what the next page begins. */
  get after(): DiscoveryPosition | null {
    return this.#after;
  }

  /** Whether there is no next page. */
  get done(): boolean {
    return this.#done;
  }

  /** Takes the page that was read after `after`; returns what is new of it. */
  take({ conversations, next }: DiscoveryPage): readonly Behind[] {
    const isFirstPage = this.#after === null;
    if (isFirstPage) this.#begin(conversations[0]?.activeAt ?? 0);
    const fresh = conversations.filter((row) => this.#isFresh(row));
    for (const { conversation, activeAt } of fresh)
      if (activeAt >= this.#nextSince) this.#seen.set(conversation, activeAt);
    if (!isFirstPage && (this.#round === 1 || fresh.length > 0)) this.#isLast = false;
    this.#after = next !== null && next.activeAt >= this.#since ? next : null;
    if (this.#after === null) this.#end();
    return fresh;
  }

  #begin(newest: Timestamp): void {
    this.#round += 1;
    this.#isLast = true;
    this.#nextSince = Math.max(this.#since, newest - clockDifferenceMs);
  }

  #end(): void {
    this.#done = this.#isLast || this.#round === mostRounds;
    this.#since = this.#nextSince;
    for (const [conversation, at] of this.#seen)
      if (at < this.#since) this.#seen.delete(conversation);
  }

  #isFresh({ conversation, activeAt }: Behind): boolean {
    return activeAt >= this.#since && !this.#seen.has(conversation);
  }
}
