import { setTimeout as delay } from 'node:timers/promises';

const MiB = 2 ** 20;

/** What the process holds while servers live may grow with what they store; what they leave behind may not. */
const mostLeftBehind = 64 * MiB;
const longestHeldS = 70;
const mostResident = 2_560 * MiB;

const collect = (globalThis as { gc?: () => void }).gc;

/** Objects, and the bytes of buffers beside them. */
const heldBy = ({ heapUsed, external }: NodeJS.MemoryUsage): number => heapUsed + external;

/** Watches how much memory the process takes. */
export class Memory {
  #start = process.memoryUsage();
  #peak = 0;

  /** From now on: what was loaded once is no growth. */
  begin(): void {
    collect?.();
    this.#start = process.memoryUsage();
  }

  look(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
  }

  /** When all servers have ended: what they hold for a minute, such as the deadline of a call, may take so long to go. */
  async end(): Promise<{ readonly line: string; readonly bounded: boolean }> {
    const start = this.#start;
    collect?.();
    for (let waited = 0; waited < longestHeldS && !isSmall(start); waited++) {
      await delay(1_000);
      collect?.();
    }
    const end = process.memoryUsage();
    const peak = Math.max(this.#peak, end.rss);
    const shown = (bytes: number): string => `${Math.round(bytes / MiB)} MiB`;
    return {
      line:
        `memory: resident ${shown(start.rss)}, at most ${shown(peak)}, at the end ${shown(end.rss)}; ` +
        `held ${shown(heldBy(start))}, at the end ${shown(heldBy(end))}`,
      bounded: isSmall(start) && peak < mostResident,
    };
  }
}

const isSmall = (start: NodeJS.MemoryUsage): boolean =>
  heldBy(process.memoryUsage()) - heldBy(start) < mostLeftBehind;
