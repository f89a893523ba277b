import type { ClientPayload } from '@sealpost/protocol';
import type { Core } from '../core/ports.ts';

type Report = ClientPayload<'cursors'>['cursors'][number];

const everyMs = 1_000;
const batch = 200;

/** Sends cursors: for all conversations in one packet, at most once a second. What is lost is said again on the next connection. */
export class ReportCursors {
  readonly #core: Core;
  readonly #send: (reports: Report[]) => Promise<unknown>;
  readonly #waiting = new Map<string, Report>();
  #cancel: (() => void) | null = null;

  constructor(core: Core, send: (reports: Report[]) => Promise<unknown>) {
    this.#core = core;
    this.#send = send;
  }

  note(report: Report): void {
    const waiting = this.#waiting.get(report.conversation);
    this.#waiting.set(report.conversation, { ...waiting, ...report });
    this.#cancel ??= this.#core.timers.after(everyMs, () => void this.#flush());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#waiting.clear();
  }

  async #flush(): Promise<void> {
    this.#cancel = null;
    const reports = [...this.#waiting.values()].slice(0, batch);
    for (const { conversation } of reports) this.#waiting.delete(conversation);
    try {
      await this.#send(reports);
    } catch {
      // Offline: the next connection tells how far this device is.
    }
    const more = this.#waiting.size > 0 && this.#cancel === null;
    if (more) this.#cancel = this.#core.timers.after(everyMs, () => void this.#flush());
  }
}
