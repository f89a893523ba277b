import type { CachedLog } from '../log/cached-log.ts';
import type { FanOut } from '../log/fan-out.port.ts';
import { stateOf } from '../log/loaded-state.ts';
import type { ConversationId, DeviceRef, Seq } from '../shared/ids.ts';
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
 * Takes a device's cursors. Reports for conversations that are not the account's, for another incarnation, or beyond
 * the head are left out: a cursor never claims what was not there to be read.
 */
export class MoveCursors {
  readonly #log: CachedLog;
  readonly #cursors: CursorStore;
  readonly #fanOut: FanOut;
  readonly #incarnation: () => number;

  constructor(log: CachedLog, cursors: CursorStore, fanOut: FanOut, incarnation: () => number) {
    this.#log = log;
    this.#cursors = cursors;
    this.#fanOut = fanOut;
    this.#incarnation = incarnation;
  }

  async execute(device: DeviceRef, reports: readonly CursorReport[]): Promise<void> {
    const current = reports.filter(({ incarnation }) => incarnation === this.#incarnation());
    const heads = await this.#log.heads(current.map(({ conversation }) => conversation));
    const moves: CursorMove[] = [];
    for (const report of current) {
      const head = heads.get(report.conversation);
      if (!head || !(await this.#isTheirs(report.conversation, device.account, head.version)))
        continue;
      const cut = (seq: Seq | undefined): Seq | undefined =>
        seq === undefined ? undefined : Math.min(seq, head.seq);
      const [delivered, read, shown] = [cut(report.delivered), cut(report.read), cut(report.shown)];
      moves.push({
        conversation: report.conversation,
        incarnation: report.incarnation,
        ...device,
        ...(delivered === undefined ? {} : { delivered }),
        ...(read === undefined ? {} : { read }),
        ...(shown === undefined ? {} : { shown }),
      });
    }
    if (moves.length === 0) return;
    for (const { conversation, account } of await this.#cursors.move(moves)) {
      this.#fanOut.announce({ kind: 'cursors_moved', conversation, account });
    }
  }

  async #isTheirs(conversation: ConversationId, account: string, version: Seq): Promise<boolean> {
    for (;;) {
      const loaded = await this.#log.load(conversation);
      if (!loaded) return false;
      const state = stateOf(loaded);
      if (state.members.has(account)) return true;
      if (state.version >= version) return false;
      this.#log.forget(conversation);
    }
  }
}
