import type { CachedLog } from '../log/cached-log.ts';
import type { Head } from '../log/conversation-log.port.ts';
import type { FanOut } from '../log/fan-out.port.ts';
import { endFor } from '../log/window.ts';
import type { ConversationId, DeviceRef, Seq } from '../shared/ids.ts';
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

/**
 * Takes a device's cursors. Reports for conversations that are not the account's or for another incarnation are left
 * out, and what is beyond the account's part of the log is cut: a cursor never claims what was not there to be read.
 */
export class MoveCursors {
  readonly #log: CachedLog;
  readonly #cursors: CursorStore;
  readonly #fanOut: FanOut;
  readonly #incarnation: () => number;
  readonly #offers: Offers;

  constructor(
    log: CachedLog,
    cursors: CursorStore,
    fanOut: FanOut,
    incarnation: () => number,
    offers: Offers = unwatched,
  ) {
    this.#log = log;
    this.#cursors = cursors;
    this.#fanOut = fanOut;
    this.#incarnation = incarnation;
    this.#offers = offers;
  }

  async execute(device: DeviceRef, reports: readonly CursorReport[]): Promise<void> {
    const current = reports.filter(({ incarnation }) => incarnation === this.#incarnation());
    const heads = await this.#log.heads(current.map(({ conversation }) => conversation));
    const moves: CursorMove[] = [];
    for (const report of current) {
      const end = await this.#endOf(report.conversation, device, heads.get(report.conversation));
      if (end !== null) moves.push(moveOf(device, report, end));
    }
    if (moves.length === 0) return;
    const moved = await this.#cursors.move(moves);
    for (const { conversation, delivered = 0 } of moves)
      this.#offers.acknowledged(device.device, conversation, delivered);
    for (const { conversation, account } of moved) {
      this.#fanOut.announce({ kind: 'cursors_moved', conversation, account });
    }
  }

  async #endOf(
    conversation: ConversationId,
    { account }: DeviceRef,
    head: Head | undefined,
  ): Promise<Seq | null> {
    if (!head) return null;
    this.#log.expect(conversation, head.version);
    const known = await this.#log.state(conversation);
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
