import type { NotFound } from '../conversation/refusal.ts';
import type { ConversationState } from '../conversation/conversation.ts';
import type { ConversationId, DeviceRef, Seq } from '../shared/ids.ts';
import type { Limits } from '../shared/limits.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import type { CachedLog } from './cached-log.ts';
import type { Head } from './conversation-log.port.ts';
import type { Entry } from './entry.ts';
import { stateOf } from './loaded-state.ts';
import { type Gap, partsFor, stretches } from './window.ts';

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

/** Where the account's part of the log ends; null when it never was a member. */
function endFor(state: ConversationState, account: string, head: Seq): Seq | null {
  const last = state.members.get(account)?.intervals.at(-1);
  return last ? (last.to ?? head) : null;
}

/** Entries that a restore took back: those beyond where the log stood when a later incarnation began. */
function restoredGap(head: Head, cursor: Cursor): Gap | null {
  const kept = Math.min(
    ...head.restores
      .filter(({ incarnation }) => incarnation > cursor.incarnation)
      .map((restore) => restore.head),
  );
  return cursor.seq > kept ? { from: kept + 1, to: cursor.seq, reason: 'restored' } : null;
}

/** Reads a log for one device: in order, without holes, and nothing that is not the device's (G5, G6). */
export class ReadLog {
  readonly #log: CachedLog;
  readonly #incarnation: () => number;
  readonly #limits: Limits;

  constructor(log: CachedLog, incarnation: () => number, limits: Limits) {
    this.#log = log;
    this.#incarnation = incarnation;
    this.#limits = limits;
  }

  async execute(
    conversation: ConversationId,
    reader: DeviceRef,
    cursor: Cursor,
    wanted: number,
  ): Promise<Result<DevicePage, NotFound>> {
    const limit = Math.min(wanted, this.#limits.pageEntries);
    for (;;) {
      const heads = await this.#log.heads([conversation]);
      const head = heads.get(conversation);
      const loaded = await this.#log.load(conversation);
      if (!head || !loaded) return refuse({ code: 'not_found' });
      const state = stateOf(loaded);
      if (state.version >= head.version) {
        const page = await this.#read(state, head, reader, cursor, limit);
        if (page !== 'outdated') return page;
      }
      // Somebody changed the conversation: what the reader may have is decided on the newest state only.
      this.#log.forget(conversation);
    }
  }

  async #read(
    state: ConversationState,
    head: Head,
    reader: DeviceRef,
    cursor: Cursor,
    limit: number,
  ): Promise<Result<DevicePage, NotFound> | 'outdated'> {
    const end = endFor(state, reader.account, head.seq);
    if (end === null) return refuse({ code: 'not_found' });
    const gaps: Gap[] = [];
    const entries: Entry[] = [];
    const restored = restoredGap(head, cursor);
    if (restored) gaps.push(restored);
    let next = restored ? restored.from - 1 : cursor.seq;
    for (const stretch of stretches(state, reader.account, reader.device, next, end)) {
      if (stretch.kind === 'gap') {
        gaps.push({ from: stretch.from, to: stretch.to, reason: stretch.reason });
        next = stretch.to;
        continue;
      }
      const room = Math.min(limit - entries.length, stretch.to - stretch.from + 1);
      if (room <= 0) break;
      const page = await this.#log.page(state.id, next, {
        entries: room,
        bytes: this.#limits.pageBytes,
      });
      if (!page || page.head.version > state.version) return 'outdated';
      for (const entry of page.entries)
        entries.push({ ...entry, parts: partsFor(entry.parts, reader.device) });
      next = page.entries.at(-1)?.seq ?? next;
      if (next < stretch.to) break;
    }
    return ok({ incarnation: this.#incarnation(), entries, gaps, next, head: end });
  }
}
