import type { RevokedSessions } from '../account/revoked-sessions.ts';
import type { ConversationState } from '../conversation/conversation.ts';
import type { CachedLog } from '../log/cached-log.ts';
import { ContiguityGate } from '../log/contiguity-gate.ts';
import type { Entry } from '../log/entry.ts';
import type { EntriesHint } from '../log/fan-out.port.ts';
import { endFor, isMemberAt } from '../log/window.ts';
import { clockDifferenceMs } from '../shared/clock-difference.ts';
import type { Clock } from '../shared/clock.port.ts';
import type { AccountId, ConversationId, Seq } from '../shared/ids.ts';
import type { Meter } from '../shared/meter.port.ts';
import type { Timers } from '../shared/timers.port.ts';
import type { Connections } from './connections.port.ts';

export interface DeliverEntriesPorts {
  readonly log: CachedLog;
  readonly connections: Connections;
  readonly revokedSessions: Pick<RevokedSessions, 'isCurrent' | 'ensureCurrent'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly meter: Meter;
  readonly incarnation: () => number;
  /** Told of faults of the store; delivery goes on with the next sweep. */
  readonly failed: (fault: unknown) => void;
}

const sweepMs = 15_000;
const sweepHeads = 10_000;
const gatesLimit = 50_000;

/** Pushes what is appended, anywhere in the deployment, to the members that are connected to this process. */
export class DeliverEntries {
  readonly #ports: DeliverEntriesPorts;
  readonly #gate: ContiguityGate;
  /** What is to be pushed at the end of this turn, by conversation, each with a state that covers it. */
  #outgoing = new Map<ConversationId, { readonly entries: Entry[]; state: ConversationState }>();
  #cancelSweep: () => void = () => undefined;
  #sweeping = false;
  #sweepAgain = false;
  /** Everything that was accepted before was compared, or is older than this process. */
  #sweptAt = Infinity;
  #stopped = true;

  constructor(ports: DeliverEntriesPorts) {
    this.#ports = ports;
    this.#gate = new ContiguityGate(
      ports.log,
      {
        serves: (state, after) => this.#anyConnected(state, after),
        mayPush: () => this.#mayPush(),
        push: (entries, state) => this.#gather(entries, state),
        failed: ports.failed,
      },
      ports.meter,
      gatesLimit,
    );
  }

  start(): void {
    this.#stopped = false;
    this.#sweptAt = this.#ports.clock.now();
    this.#schedule();
  }

  /** A sweep that is under way ends by itself. */
  stop(): void {
    this.#stopped = true;
    this.#cancelSweep();
  }

  hint(hint: EntriesHint): void {
    this.#gate.offer(hint);
  }

  /** Compares the heads that moved lately with what was pushed: after a break of the channel between processes, and now and then anyway. */
  async sweep(): Promise<void> {
    // What is being read may be older than what was lost just now.
    this.#sweepAgain = true;
    if (this.#sweeping) return;
    this.#sweeping = true;
    try {
      while (this.#sweepAgain) await this.#compare();
    } catch (fault) {
      this.#ports.failed(fault);
    } finally {
      this.#sweeping = false;
    }
  }

  /** From where the last one that succeeded began: the store may have been out of reach for long. */
  async #compare(): Promise<void> {
    this.#sweepAgain = false;
    await this.#ports.revokedSessions.ensureCurrent();
    const began = this.#ports.clock.now();
    const since = Math.min(this.#sweptAt, began - sweepMs) - clockDifferenceMs;
    await this.#gate.compare(await this.#ports.log.movedSince(since, sweepHeads));
    this.#sweptAt = began;
  }

  #schedule(): void {
    this.#cancelSweep();
    if (this.#stopped) return;
    this.#cancelSweep = this.#ports.timers.after(sweepMs, () => {
      void this.sweep().finally(() => this.#schedule());
    });
  }

  /** Not to somebody whose revocation this process may have missed (G6); what is held back is found by a sweep. */
  #mayPush(): boolean {
    const isCurrent = this.#ports.revokedSessions.isCurrent();
    if (!isCurrent) void this.sweep();
    return isCurrent;
  }

  /** Those who left count up to the entry that removed them: it is theirs. */
  #anyConnected(state: ConversationState, after: Seq): boolean {
    for (const account of state.members.keys()) {
      const end = endFor(state, account, Infinity) ?? 0;
      if (end > after && this.#ports.connections.has(account)) return true;
    }
    return false;
  }

  /** What is answered together comes one by one, and leaves as one range. */
  #gather(entries: readonly Entry[], state: ConversationState): void {
    if (this.#outgoing.size === 0) void Promise.resolve().then(() => this.#pushGathered());
    const gathered = this.#outgoing.get(state.id);
    if (!gathered) return void this.#outgoing.set(state.id, { entries: [...entries], state });
    gathered.entries.push(...entries);
    gathered.state = state;
  }

  #pushGathered(): void {
    const outgoing = this.#outgoing;
    this.#outgoing = new Map();
    for (const { entries, state } of outgoing.values()) this.#push(entries, state);
  }

  /** A range with one set of readers goes out as one push; an entry that changes the members stands alone. */
  #push(entries: readonly Entry[], state: ConversationState): void {
    let run: Entry[] = [];
    const flush = (): void => {
      if (run.length > 0) this.#send(run, state);
      run = [];
    };
    for (const entry of entries) {
      if (entry.change === null) run.push(entry);
      else {
        flush();
        this.#send([entry], state);
      }
    }
    flush();
  }

  #send(entries: readonly Entry[], state: ConversationState): void {
    const seq = entries[0]?.seq ?? 0;
    const to: AccountId[] = [];
    for (const account of state.members.keys()) {
      if (isMemberAt(state, account, seq) && this.#ports.connections.has(account)) to.push(account);
    }
    if (to.length === 0) return;
    this.#ports.connections.pushEntries({
      conversation: state.id,
      incarnation: this.#ports.incarnation(),
      entries,
      to,
    });
  }
}
