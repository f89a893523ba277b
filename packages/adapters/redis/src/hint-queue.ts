import type { EntriesHint, Notice } from '@sealpost/domain';
import {
  ciphertextBytes,
  hintItem,
  isLight,
  type Item,
  lostItem,
  noticeItems,
} from './hint-message.ts';

/** Beyond it hints are dropped, and the others are told to look by themselves: memory stays bounded (G16). */
const most = 10_000;
/** Beyond it entries do not wait along: they are read from the log. */
const mostBytes = 4 * 1_024 * 1_024;

/** What is to be told to the other processes, gathered while something is on its way to them. */
export class HintQueue {
  #hints = new Map<string, EntriesHint>();
  #bytes = 0;
  /** The same notice twice is one. */
  #notices = new Map<string, Item>();
  #lost = false;

  get isEmpty(): boolean {
    return this.#hints.size === 0 && this.#notices.size === 0 && !this.#lost;
  }

  /** Hints of one conversation become one: a log has no holes, so what lies between them is there too. */
  addHint(hint: EntriesHint): boolean {
    const waiting = this.#hints.get(hint.conversation);
    if (!waiting && this.#hints.size >= most) return this.#dropped();
    const joined = waiting ? joinedHint(waiting, hint) : hint;
    this.#bytes -= ciphertextBytes(waiting?.entries ?? null);
    const goAlong = isLight(joined) && this.#bytes + ciphertextBytes(joined.entries) <= mostBytes;
    const kept = goAlong ? joined : { ...joined, entries: null };
    this.#bytes += ciphertextBytes(kept.entries);
    this.#hints.set(hint.conversation, kept);
    return true;
  }

  addNotice(notice: Notice): boolean {
    if (this.#notices.size >= most) return this.#dropped();
    for (const item of noticeItems(notice)) {
      this.#notices.set(Buffer.from(item).toString('latin1'), item);
    }
    return true;
  }

  /** Something was not told and will not be. */
  lose(): void {
    this.#lost = true;
  }

  /** Everything that waits; nothing waits any more. */
  take(): readonly Item[] {
    const lost = this.#lost ? [lostItem] : [];
    const items = [...lost, ...[...this.#hints.values()].map(hintItem), ...this.#notices.values()];
    this.#hints = new Map();
    this.#notices = new Map();
    this.#bytes = 0;
    this.#lost = false;
    return items;
  }

  #dropped(): false {
    this.#lost = true;
    return false;
  }
}

/** One hint in the place of two; with the entries only if the second's follow on the first's. */
function joinedHint(one: EntriesHint, other: EntriesHint): EntriesHint {
  const follows = one.entries !== null && other.entries !== null && other.from === one.to + 1;
  return {
    conversation: one.conversation,
    from: Math.min(one.from, other.from),
    to: Math.max(one.to, other.to),
    version: Math.max(one.version, other.version),
    entries: follows ? [...(one.entries ?? []), ...(other.entries ?? [])] : null,
  };
}
