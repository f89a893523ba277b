import { memoryStores } from '@sealpost/adapter-memory';
import { AdapterFailure, type ConversationLog } from '@sealpost/domain';
import type { Dice } from '../core/dice.ts';
import type { Timeline } from '../core/timeline.ts';

type Writing = 'append' | 'saveSnapshot' | 'markRestored' | 'cut' | 'changeTenure' | 'adopt';
type Reading = Exclude<keyof ConversationLog, Writing>;
type Method = (...given: readonly unknown[]) => Promise<unknown>;

export interface LogWrite {
  readonly method: Writing;
  readonly given: readonly unknown[];
}

interface Pending extends LogWrite {
  /** What the primary says of it. */
  readonly outcome: unknown;
  readonly agreed: (outcome: unknown) => void;
  readonly lost: (fault: AdapterFailure) => void;
}

export interface ReplicatedLogParts {
  readonly timeline: Timeline;
  readonly dice: Dice;
  /** What a majority has. */
  readonly majority: ConversationLog;
  /** How it came to be. */
  readonly written: readonly LogWrite[];
  /** Told of every write that a majority has from now on, before its caller is answered. */
  readonly onAgreed: (write: LogWrite) => Promise<void>;
}

const replicationMs = 15;

const call = (log: ConversationLog, { method, given }: LogWrite): Promise<unknown> =>
  (log[method] as Method).apply(log, [...given]);

/**
 * A log on several machines, as MongoDB's with majority write and read concern: the primary decides on what it has, a
 * caller is answered when a majority has it too, and readers see nothing before. When another machine becomes primary,
 * what no majority has vanishes, and so does the answer.
 */
export class ReplicatedLog {
  readonly #parts: ReplicatedLogParts;
  readonly #written: LogWrite[];
  #primary = memoryStores().log;
  /** Filled once what was written before is there. */
  #filled: Promise<unknown>;
  #pending: Pending[] = [];
  #isStalled = false;
  #isReplicating = false;

  constructor(parts: ReplicatedLogParts) {
    this.#parts = parts;
    this.#written = [...parts.written];
    this.#filled = this.#fill();
  }

  /** As its callers should use it. */
  readonly log: ConversationLog = this.#view(
    (write) => this.#write(write),
    () => this.#parts.majority,
  );

  /** The same without waiting for a majority, as with a write concern of 1 and a read concern of `local`. */
  readonly onPrimary: ConversationLog = this.#view(
    (write) => this.#writeHastily(write),
    () => this.#primary,
  );

  /** The other machines take nothing for now. */
  stall(): void {
    this.#isStalled = true;
  }

  /** Another machine becomes primary: what a majority has is all there is. */
  failOver(): void {
    const lost = this.#pending;
    this.#pending = [];
    this.#primary = memoryStores().log;
    this.#filled = this.#fill();
    this.goOn();
    const fault = { adapter: 'simulated', operation: 'write', retryable: true, detail: 'failover' };
    for (const write of lost) write.lost(new AdapterFailure(fault));
  }

  /** Nothing that is under way comes to anything. */
  end(): void {
    this.#pending = [];
  }

  goOn(): void {
    this.#isStalled = false;
    this.#replicate();
  }

  async #fill(): Promise<void> {
    for (const write of this.#written) await call(this.#primary, write).catch(() => undefined);
  }

  async #write({ method, given }: LogWrite): Promise<unknown> {
    await this.#filled;
    const outcome = await call(this.#primary, { method, given });
    return new Promise((agreed, lost) => {
      this.#pending.push({ method, given, outcome, agreed, lost });
      this.#replicate();
    });
  }

  async #writeHastily({ method, given }: LogWrite): Promise<unknown> {
    await this.#filled;
    const outcome = await call(this.#primary, { method, given });
    this.#pending.push({ method, given, outcome, agreed: () => undefined, lost: () => undefined });
    this.#replicate();
    return outcome;
  }

  /** One write after the other, in the primary's order. */
  #replicate(): void {
    if (this.#isReplicating || this.#pending.length === 0) return;
    this.#isReplicating = true;
    this.#parts.timeline.after(this.#parts.dice.int(0, replicationMs), () => {
      this.#isReplicating = false;
      if (!this.#isStalled) void this.#agree();
    });
  }

  async #agree(): Promise<void> {
    const write = this.#pending.shift();
    if (!write) return;
    await call(this.#parts.majority, write);
    this.#written.push({ method: write.method, given: write.given });
    await this.#parts.onAgreed(write);
    write.agreed(write.outcome);
    this.#replicate();
  }

  #view(
    write: (write: LogWrite) => Promise<unknown>,
    read: () => ConversationLog,
  ): ConversationLog {
    const writing =
      (method: Writing) =>
      (...given: readonly unknown[]): Promise<unknown> =>
        write({ method, given });
    const reading =
      (method: Reading) =>
      (...given: readonly unknown[]): Promise<unknown> =>
        (read()[method] as Method).apply(read(), [...given]);
    const methods: Record<keyof ConversationLog, Method> = {
      ...{ append: writing('append'), saveSnapshot: writing('saveSnapshot') },
      ...{ markRestored: writing('markRestored'), cut: writing('cut') },
      ...{ changeTenure: writing('changeTenure'), adopt: writing('adopt') },
      ...{ kept: reading('kept'), tenure: reading('tenure') },
      ...{ load: reading('load'), page: reading('page'), entry: reading('entry') },
      ...{ heads: reading('heads'), movedSince: reading('movedSince') },
      ...{ conversations: reading('conversations') },
      ...{ find: reading('find'), expiring: reading('expiring') },
    };
    return methods as unknown as ConversationLog;
  }
}
