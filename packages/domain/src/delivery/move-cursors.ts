import type { CachedLog } from '../log/cached-log.ts';
import type { Head } from '../log/conversation-log.port.ts';
import type { FanOut } from '../log/fan-out.port.ts';
import { endFor } from '../log/window.ts';
import type { ConversationId, DeviceRef, Seq } from '../shared/ids.ts';
import { Rounds } from '../shared/rounds.ts';
import { type Offers, unwatched } from './delivery-loops.ts';
import type { CursorMove, CursorStore } from './cursor-store.port.ts';

/** How far a device got in one conversation; cumulative. */
export interface CursorReport {
  readonly conversation: ConversationId;
  readonly incarnation: number;
  readonly delivered?: Seq | undefined;
  readonly read?: Seq | undefined;
  readonly shown?: Seq | undefined;
}

interface Told {
  readonly device: DeviceRef;
  readonly reports: readonly CursorReport[];
}

export interface MoveCursorsOptions {
  readonly offers?: Offers;
  /** What is waited for between two rounds of the store. */
  readonly pause?: () => Promise<void>;
}

/**
 * Takes devices' cursors. Reports for conversations that are not the account's or for another incarnation are left
 * out, and what is beyond the account's part of the log is cut: a cursor never claims what was not there to be read.
 * What several devices report at about the same time is moved together.
 */
export class MoveCursors {
  readonly #log: CachedLog;
  readonly #cursors: CursorStore;
  readonly #fanOut: FanOut;
  readonly #incarnation: () => number;
  readonly #offers: Offers;
  readonly #rounds: Rounds<Told>;

  constructor(
    log: CachedLog,
    cursors: CursorStore,
    fanOut: FanOut,
    incarnation: () => number,
    { offers = unwatched, pause }: MoveCursorsOptions = {},
  ) {
    this.#log = log;
    this.#cursors = cursors;
    this.#fanOut = fanOut;
    this.#incarnation = incarnation;
    this.#offers = offers;
    this.#rounds = new Rounds({ work: (told) => this.#move(told), pause });
  }

  /** Resolves when what counts of it is stored. */
  async execute(device: DeviceRef, reports: readonly CursorReport[]): Promise<void> {
    const current = reports.filter(({ incarnation }) => incarnation === this.#incarnation());
    if (current.length > 0) await this.#rounds.submit({ device, reports: current });
  }

  async #move(told: readonly Told[]): Promise<readonly PromiseSettledResult<unknown>[]> {
    const named = told.flatMap(({ reports }) => reports.map(({ conversation }) => conversation));
    const heads = await this.#log.heads([...new Set(named)]);
    // A log that cannot be read is no matter of those who told of others.
    const found = await Promise.allSettled(told.map((one) => this.#movesOf(one, heads)));
    const moves = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    if (moves.length === 0) return found;
    const moved = await this.#cursors.move(moves);
    for (const { device, conversation, delivered = 0 } of moves)
      this.#offers.acknowledged(device, conversation, delivered);
    for (const { conversation, account } of moved) {
      this.#fanOut.announce({ kind: 'cursors_moved', conversation, account });
    }
    return found;
  }

  async #movesOf(
    { device, reports }: Told,
    heads: ReadonlyMap<ConversationId, Head>,
  ): Promise<CursorMove[]> {
    const moves: CursorMove[] = [];
    for (const report of reports) {
      const end = await this.#endOf(report.conversation, device, heads.get(report.conversation));
      if (end !== null) moves.push(moveOf(device, report, end));
    }
    return moves;
  }

  async #endOf(
    conversation: ConversationId,
    { account }: DeviceRef,
    head: Head | undefined,
  ): Promise<Seq | null> {
    if (!head) return null;
    const known = await this.#log.covering(conversation, head);
    return known && endFor(known.state, account, head.seq);
  }
}

function moveOf(device: DeviceRef, report: CursorReport, end: Seq): CursorMove {
  const { conversation, incarnation } = report;
  const cut = (seq: Seq | undefined): Seq | undefined =>
    seq === undefined ? undefined : Math.min(seq, end);
  const [delivered, read, shown] = [cut(report.delivered), cut(report.read), cut(report.shown)];
  return {
    conversation,
    incarnation,
    ...device,
    ...(delivered === undefined ? {} : { delivered }),
    ...(read === undefined ? {} : { read }),
    ...(shown === undefined ? {} : { shown }),
  };
}
