import type { EntriesHint, Notice } from '@sealpost/domain';
import { greetingItem, hintItem, type Item, lostItem, noticeItems } from './hint-payload.ts';

/** Beyond it hints are dropped, and the others are told to look by themselves: memory stays bounded (G16). */
const most = 10_000;

/** What is to be told to the other processes, gathered while something is on its way to them. */
export class HintQueue {
  #hints = new Map<string, EntriesHint>();
  /** The same notice twice is one. */
  #notices = new Set<Item>();
  #lost = false;
  #greets = false;

  get isEmpty(): boolean {
    return this.#hints.size === 0 && this.#notices.size === 0 && !this.#lost && !this.#greets;
  }

  /** Hints of one conversation become one: a log has no holes, so what lies between them is there too. */
  addHint(hint: EntriesHint): boolean {
    const { conversation, from, to, version } = hint;
    const waiting = this.#hints.get(conversation);
    if (!waiting && this.#hints.size >= most) return this.#dropped();
    this.#hints.set(conversation, {
      conversation,
      from: Math.min(from, waiting?.from ?? from),
      to: Math.max(to, waiting?.to ?? to),
      version: Math.max(version, waiting?.version ?? version),
      entries: null,
    });
    return true;
  }

  addNotice(notice: Notice): boolean {
    if (this.#notices.size >= most) return this.#dropped();
    for (const item of noticeItems(notice)) this.#notices.add(item);
    return true;
  }

  /** Something was not told and will not be. */
  lose(): void {
    this.#lost = true;
  }

  /** The others are to hear that this process is there. */
  greet(): void {
    this.#greets = true;
  }

  /** Everything that waits; nothing waits any more. */
  take(): Item[] {
    const first = [...(this.#lost ? [lostItem] : []), ...(this.#greets ? [greetingItem] : [])];
    const items = [...first, ...[...this.#hints.values()].map(hintItem), ...this.#notices];
    this.#hints = new Map();
    this.#notices = new Set();
    this.#lost = false;
    this.#greets = false;
    return items;
  }

  #dropped(): false {
    this.#lost = true;
    return false;
  }
}
