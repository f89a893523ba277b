import type { ConversationId, Seq } from '../shared/ids.ts';
import type {
  Adoption,
  ConversationLog,
  Head,
  LoadedLog,
  LogPage,
} from '../log/conversation-log.port.ts';
import type { Entry } from '../log/entry.ts';
import { hasJoinerParts, isAlike, isSameButForJoiners } from '../log/same-entry.ts';

/** Entries and bytes of one page: little enough that a server which is busy notices nothing. */
const pageLimit = { entries: 200, bytes: 1 << 20 };
const everything = { entries: pageLimit.entries, bytes: Number.MAX_SAFE_INTEGER };
/** Each try that fails is a cut meanwhile. */
const tries = 5;

export interface CopyPorts {
  readonly from: ConversationLog;
  readonly to: ConversationLog;
  /** Called after each page with the number of its entries; what it does delays the next one. */
  readonly paced: (entries: number) => Promise<void>;
}

/** Whether a copy is the same; `cut`: nothing was copied, since the original was cut meanwhile. */
type Copied = 'so far' | 'all' | 'cut' | 'differs';

/** The original, without its messages. */
interface Base extends LoadedLog {
  readonly conversation: ConversationId;
  readonly kept: Entry | null;
}

const headWithout = ({ tenure: _tenure, ...head }: Head): Omit<Head, 'tenure'> => head;

/**
 * Copies one conversation's log and holds the copy against the original, reading both: first what is there while others
 * go on appending, then, once the original takes nothing, what came since and all that may have changed in between.
 */
export class CopyLog {
  readonly #ports: CopyPorts;
  readonly #conversation: ConversationId;
  /** Up to here both were the same, but for parts for joiners, and above the floor of then. */
  #same: Seq = 0;
  /** Entries that had parts for joiners, which may have been dropped since. */
  readonly #withJoiners = new Set<Seq>();

  constructor(conversation: ConversationId, ports: CopyPorts) {
    this.#conversation = conversation;
    this.#ports = ports;
  }

  /** While the original is in use. Answers whether the copy is the same so far. */
  async ahead(): Promise<boolean> {
    for (let attempt = 0; attempt < tries; attempt++) {
      this.#same = 0;
      for (let same: Copied = 'so far'; same !== 'differs';) {
        const base = await this.#base();
        if (base === null) return true;
        same = await this.#page(base, isSameButForJoiners);
        if (same === 'all') return true;
      }
    }
    return false;
  }

  /** When the original takes nothing. Answers whether the copy is the same in everything. */
  async rest(): Promise<boolean> {
    const base = await this.#base();
    if (base === null) return false;
    const isAtEnd = this.#same > 0 && this.#same >= base.head.seq;
    if (isAtEnd && (await this.#joinersAreSame(base)) && (await this.#logsAreSame(base)))
      return true;
    for (let same: Copied = 'so far'; same !== 'all';) {
      same = await this.#page(base, isAlike);
      // Cut although it was closed: it is not closed any more.
      if (same === 'differs' || same === 'cut') return false;
    }
    return (await this.#joinersAreSame(base)) && (await this.#logsAreSame(base));
  }

  /** Copies what follows, at most a page of it. */
  async #page(base: Base, isSame: (a: Entry, b: Entry) => boolean): Promise<Copied> {
    const { from, to } = this.#ports;
    const after = Math.max(this.#same, base.head.floor);
    const page = await from.page(this.#conversation, after, pageLimit);
    // Cut meanwhile: what is there now is asked for again.
    if (page === null || page.head.floor > after) return 'cut';
    // Those that came after the head was read are taken with the next one.
    const entries = page.entries.filter(({ seq }) => seq <= base.head.seq);
    if (!(await to.adopt(adoptionOf(base, entries)))) return 'differs';
    for (const entry of entries) if (hasJoinerParts(entry)) this.#withJoiners.add(entry.seq);
    const copy = await to.page(this.#conversation, after, everything);
    if (!isSamePage(entries, copy, isSame)) return 'differs';
    this.#same = entries.at(-1)?.seq ?? after;
    await this.#ports.paced(entries.length);
    return this.#same >= base.head.seq ? 'all' : 'so far';
  }

  async #base(): Promise<Base | null> {
    const { from } = this.#ports;
    const loaded = await from.load(this.#conversation, 'floor');
    if (loaded === null) return null;
    const { head } = loaded;
    const kept = head.floor > 0 ? await from.kept(this.#conversation) : null;
    // One of a later cut is still a common entry here.
    const isBelow = kept !== null && kept.seq <= head.floor;
    return { conversation: this.#conversation, ...loaded, kept: isBelow ? kept : null };
  }

  async #joinersAreSame(base: Base): Promise<boolean> {
    const { from, to } = this.#ports;
    for (const seq of this.#withJoiners) {
      if (seq <= base.head.floor) continue;
      const entry = await from.entry(this.#conversation, seq);
      if (isAlike(entry, await to.entry(this.#conversation, seq))) continue;
      if (!entry || !(await to.adopt(adoptionOf(base, [entry])))) return false;
      if (!isAlike(entry, await to.entry(this.#conversation, seq))) return false;
    }
    return true;
  }

  async #logsAreSame({ head, snapshot, changes, kept }: Base): Promise<boolean> {
    const { to } = this.#ports;
    const copy = await to.load(this.#conversation, 'floor');
    return (
      copy !== null &&
      isAlike(headWithout(head), headWithout(copy.head)) &&
      isAlike(snapshot, copy.snapshot) &&
      isAlike(changes, copy.changes) &&
      (head.floor === 0 || isAlike(kept, await to.kept(this.#conversation)))
    );
  }
}

const adoptionOf = (
  { conversation, head, snapshot: state, kept }: Base,
  entries: readonly Entry[],
): Adoption => ({ conversation, head, state, kept, entries });

function isSamePage(
  entries: readonly Entry[],
  copy: LogPage | null,
  isSame: (a: Entry, b: Entry) => boolean,
): boolean {
  return entries.every((entry, index) => {
    const own = copy?.entries[index];
    return own !== undefined && isSame(entry, own);
  });
}
