import type { ClientPayload } from '@sealpost/protocol';
import type { Core } from '../core/ports.ts';
import type { ConversationRecord } from '../core/records.ts';

type Report = ClientPayload<'cursors'>['cursors'][number];

const everyMs = 1_000;
/** After a report that did not arrive. */
const againMs = 10_000;
const batch = 200;

/** Sends cursors: for all conversations in one packet, at most once a second. What did not arrive is said again. */
export class ReportCursors {
  readonly #core: Core;
  readonly #send: (reports: Report[]) => Promise<{ readonly ok: boolean }>;
  readonly #waiting = new Map<string, Report>();
  #cancel: (() => void) | null = null;
  #stopped = false;

  constructor(core: Core, send: (reports: Report[]) => Promise<{ readonly ok: boolean }>) {
    this.#core = core;
    this.#send = send;
  }

  /** Delivered means stored: noted after the transaction that moved the cursor. */
  noteRecord({ conversation, incarnation, cursor, read }: ConversationRecord): void {
    if (cursor === 0) return;
    // What was read while offline, before this process began.
    const readToo = read > 0 ? { read } : {};
    this.note({ conversation, incarnation, delivered: cursor, ...readToo });
  }

  note(report: Report): void {
    const waiting = this.#waiting.get(report.conversation);
    this.#waiting.set(report.conversation, { ...waiting, ...report });
    this.#schedule(everyMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
    this.#waiting.clear();
  }

  async #flush(): Promise<void> {
    this.#cancel = null;
    const reports = [...this.#waiting.values()].slice(0, batch);
    for (const { conversation } of reports) this.#waiting.delete(conversation);
    const arrived = await this.#arrives(reports);
    // What was noted meanwhile is newer.
    if (!arrived)
      for (const report of reports)
        this.#waiting.set(report.conversation, {
          ...report,
          ...this.#waiting.get(report.conversation),
        });
    if (this.#waiting.size > 0) this.#schedule(arrived ? everyMs : againMs);
  }

  async #arrives(reports: Report[]): Promise<boolean> {
    try {
      return (await this.#send(reports)).ok;
    } catch {
      // Offline: how far this device is does not get lost by waiting.
      return false;
    }
  }

  #schedule(afterMs: number): void {
    if (this.#stopped) return;
    this.#cancel ??= this.#core.timers.after(afterMs, () => void this.#flush());
  }
}
