import type { ConversationState } from '../conversation/conversation.ts';
import type { NotFound } from '../conversation/refusal.ts';
import { type Offers, unwatched } from '../delivery/delivery-loops.ts';
import { AdapterFailure } from '../shared/adapter-failure.ts';
import type { ConversationId, DeviceRef, Seq } from '../shared/ids.ts';
import type { Limits } from '../shared/limits.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import type { CachedLog } from './cached-log.ts';
import type { Head } from './conversation-log.port.ts';
import { sizeOf, type Entry } from './entry.ts';
import { endFor, type Gap, partsFor, stretches } from './window.ts';

export interface Cursor {
  readonly incarnation: number;
  readonly seq: Seq;
}

/** What follows a device's cursor: entries and gaps together cover every number up to `next`. */
export interface DevicePage {
  readonly incarnation: number;
  readonly entries: readonly Entry[];
  readonly gaps: readonly Gap[];
  /** Where to read on. */
  readonly next: Seq;
  /** The last number that concerns this account: the head, or the entry that removed it. */
  readonly head: Seq;
}

/** Each try that fails is somebody's change of the conversation meanwhile. */
const tries = 16;

/** Reads a log for one device: in order, without holes, and nothing that is not the device's (G5, G6). */
export class ReadLog {
  readonly #log: CachedLog;
  readonly #incarnation: () => number;
  readonly #limits: Limits;
  readonly #offers: Offers;

  constructor(
    log: CachedLog,
    incarnation: () => number,
    limits: Limits,
    offers: Offers = unwatched,
  ) {
    this.#log = log;
    this.#incarnation = incarnation;
    this.#limits = limits;
    this.#offers = offers;
  }

  /** At most `wanted` entries and gaps, at least one if there is one. */
  async execute(
    conversation: ConversationId,
    reader: DeviceRef,
    cursor: Cursor,
    wanted: number,
  ): Promise<Result<DevicePage, NotFound>> {
    for (let attempt = 0; attempt < tries; attempt++) {
      const known = await this.#log.state(conversation);
      if (!known) return refuse({ code: 'not_found' });
      const reading = new Reading(this.#log, known.state, this.#limits, wanted);
      const page = await reading.page(reader, cursor, this.#incarnation());
      if (page !== 'outdated') {
        const first = page?.entries[0]?.seq;
        if (first !== undefined) this.#offers.offered(reader.device, conversation, first);
        return page ? ok(page) : refuse({ code: 'not_found' });
      }
      // What the reader may have is decided on a state that covers everything which was read.
      this.#log.forget(conversation);
    }
    const fault = { adapter: 'log', operation: 'read', retryable: true, detail: 'busy' };
    throw new AdapterFailure(fault);
  }
}

/** One try on one state. */
class Reading {
  readonly #log: CachedLog;
  readonly #state: ConversationState;
  readonly #limits: Limits;
  readonly #wanted: number;
  readonly #entries: Entry[] = [];
  readonly #gaps: Gap[] = [];
  #bytes = 0;
  #head: Head | null = null;
  #next: Seq = 0;

  constructor(log: CachedLog, state: ConversationState, limits: Limits, wanted: number) {
    this.#log = log;
    this.#state = state;
    this.#limits = limits;
    this.#wanted = Math.max(1, Math.min(wanted, limits.pageEntries));
  }

  /** Null: the account was never a member. */
  async page(
    { account, device }: DeviceRef,
    cursor: Cursor,
    incarnation: number,
  ): Promise<DevicePage | null | 'outdated'> {
    // A page of entries brings the head along; only where none is read must it be asked for.
    const end = endFor(this.#state, account, Infinity);
    if (end === null) return (await this.#readHead()) ? null : 'outdated';
    this.#next = cursor.seq;
    if (cursor.incarnation < incarnation) {
      if (!(await this.#readHead())) return 'outdated';
      this.#skipRestored(cursor);
    }
    for (const stretch of stretches(this.#state, account, device, this.#next, end)) {
      if (this.#isFull()) break;
      if (stretch.kind === 'readable') {
        if (!(await this.#read(stretch, device))) return 'outdated';
        if (this.#next < stretch.to) break;
      } else {
        const open = stretch.to === Infinity;
        if (open && !this.#head && !(await this.#readHead())) return 'outdated';
        this.#skip({ ...stretch, to: Math.min(stretch.to, this.#head?.seq ?? stretch.to) });
      }
    }
    if (!this.#head && !(await this.#readHead())) return 'outdated';
    const head = Math.min(end, this.#head?.seq ?? end);
    return { incarnation, entries: this.#entries, gaps: this.#gaps, next: this.#next, head };
  }

  #isFull(): boolean {
    const count = this.#entries.length + this.#gaps.length;
    return count >= this.#wanted || this.#bytes >= this.#limits.pageBytes;
  }

  /** Entries that a restore took back: those beyond where the log stood when a later incarnation began. */
  #skipRestored(cursor: Cursor): void {
    const later = (this.#head?.restores ?? []).filter(
      ({ incarnation }) => incarnation > cursor.incarnation,
    );
    // Every log that there was is noted: one that is not noted was founded since, and nothing of the other one is left.
    const kept = later.length === 0 ? 0 : Math.min(...later.map((restore) => restore.head));
    if (cursor.seq <= kept) return;
    this.#gaps.push({ from: kept + 1, to: cursor.seq, reason: 'restored' });
    this.#next = kept;
  }

  #skip({ from, to, reason }: Gap): void {
    if (to < from) return;
    this.#gaps.push({ from, to, reason });
    this.#next = to;
  }

  /** False: the conversation has changes that the state does not cover. */
  async #read(stretch: { from: Seq; to: Seq }, device: string): Promise<boolean> {
    const room = this.#wanted - this.#entries.length - this.#gaps.length;
    const entries = Math.min(room, stretch.to - stretch.from + 1);
    const bytes = this.#limits.pageBytes - this.#bytes;
    const page = await this.#log.page(this.#state.id, stretch.from - 1, { entries, bytes });
    if (!page || page.head.version > this.#state.version) return false;
    this.#head = page.head;
    const cut = Math.min(page.head.floor, stretch.to);
    if (cut >= stretch.from) this.#skip({ from: stretch.from, to: cut, reason: 'expired' });
    for (const entry of page.entries) {
      this.#bytes += sizeOf(entry.parts);
      this.#entries.push({ ...entry, parts: partsFor(entry.parts, device) });
    }
    this.#next = page.entries.at(-1)?.seq ?? this.#next;
    return true;
  }

  async #readHead(): Promise<boolean> {
    const head = (await this.#log.heads([this.#state.id])).get(this.#state.id);
    if (!head || head.version > this.#state.version) return false;
    this.#head = head;
    return true;
  }
}
