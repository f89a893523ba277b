import type { ConversationState } from '../conversation/conversation.ts';
import { fold } from '../conversation/evolve.ts';
import type { ConversationId, Seq } from '../shared/ids.ts';
import type { Meter } from '../shared/meter.port.ts';
import { Recent } from '../shared/recent.ts';
import type { CachedLog } from './cached-log.ts';
import type { Head } from './conversation-log.port.ts';
import type { Entry } from './entry.ts';
import type { EntriesHint } from './fan-out.port.ts';

/** Where the gate sends what it lets through. */
export interface GateSink {
  /** Whether anybody here may have entries after `after`, going by a state that covers everything up to it. */
  serves(state: ConversationState, after: Seq): boolean;
  /** Whether anything may be pushed now; what may not be waits for the next hint or the sweep. */
  mayPush(): boolean;
  /** Consecutive entries that follow the last ones, and a state that covers them. */
  push(entries: readonly Entry[], state: ConversationState): void;
  /** Reading the log failed; the next hint or the sweep tries again. */
  failed(fault: unknown): void;
}

interface Gate {
  pushed: Seq;
  wanted: Seq;
  /** Covers everything that was pushed; null until it was read. */
  state: ConversationState | null;
  reading: boolean;
  /** Came with the hint that opened the gate, while the state was not known yet. */
  held: readonly Entry[];
}

const pageLimit = { entries: 500, bytes: 4 * 1024 * 1024 };
/** How many conversations a comparison reads at once: after many have connected it reads most of theirs, and messages wait behind it. */
const comparedAtOnce = 4;

/** The entries of a hint that follow `pushed`; none when they do not follow on it and each other. */
function following({ entries }: EntriesHint, pushed: Seq): readonly Entry[] {
  const fresh = entries?.filter(({ seq }) => seq > pushed) ?? [];
  return fresh.every(({ seq }, index) => seq === pushed + 1 + index) ? fresh : [];
}

/**
 * Lets a conversation's entries through only in contiguous ranges. Hints may come late, doubled, out of order or not
 * at all: numbers that are missing are read from the log, once for everybody here. A gate exists only while somebody
 * here may have what comes; who joins later reads what was before.
 */
export class ContiguityGate {
  readonly #log: CachedLog;
  readonly #sink: GateSink;
  readonly #meter: Meter;
  readonly #gates: Recent<ConversationId, Gate>;

  constructor(log: CachedLog, sink: GateSink, meter: Meter, limit: number) {
    this.#log = log;
    this.#sink = sink;
    this.#meter = meter;
    this.#gates = new Recent(limit);
  }

  offer(hint: EntriesHint): void {
    void this.#reach(hint);
  }

  /** Null: nothing has to be read. */
  #reach(hint: EntriesHint): Promise<void> | null {
    const { conversation, version } = hint;
    // Who may have the entries is decided on a state that covers them, never on an older one (G6).
    this.#log.expect(conversation, version);
    const gate = this.#gates.get(conversation) ?? this.#open(conversation, hint.from);
    gate.wanted = Math.max(gate.wanted, hint.to);
    if (gate.reading || !this.#sink.mayPush()) return null;
    const entries = following(hint, gate.pushed);
    if (gate.state) this.#pass(conversation, gate, entries);
    else gate.held = entries;
    return gate.wanted > gate.pushed ? this.#catchUp(conversation, gate) : null;
  }

  /** Makes good what was never hinted: compares heads with what was pushed. */
  async compare(heads: ReadonlyMap<ConversationId, Head>): Promise<void> {
    const left = heads.entries();
    const some = async (): Promise<void> => {
      for (const [conversation, { seq, version }] of left) {
        if (this.#gates.get(conversation)?.pushed === seq) continue;
        await this.#reach({ conversation, from: seq, to: seq, version, entries: null });
      }
    };
    await Promise.all(Array.from({ length: comparedAtOnce }, some));
  }

  #open(conversation: ConversationId, from: Seq): Gate {
    // What came before the first hint is found by discovery, or by the client that sees a hole.
    const pushed = from - 1;
    const gate: Gate = { pushed, wanted: pushed, state: null, reading: false, held: [] };
    this.#gates.set(conversation, gate);
    return gate;
  }

  async #catchUp(conversation: ConversationId, gate: Gate): Promise<void> {
    gate.reading = true;
    try {
      if (!(await this.#serves(conversation, gate))) return this.#close(conversation, gate);
      this.#pass(conversation, gate, gate.held);
      while (gate.wanted > gate.pushed && this.#sink.mayPush()) {
        const page = await this.#log.page(conversation, gate.pushed, pageLimit);
        this.#meter.count('ranges_reread');
        if (page && page.head.floor > gate.pushed) {
          await this.#skipCut(conversation, gate, page.head);
          continue;
        }
        if (!page || page.entries.length === 0) break;
        this.#pass(conversation, gate, page.entries);
      }
    } catch (fault) {
      this.#sink.failed(fault);
    } finally {
      gate.held = [];
      gate.reading = false;
    }
  }

  /** What was cut meanwhile: a client sees that it is missing, and reads there that it expired. */
  async #skipCut(conversation: ConversationId, gate: Gate, head: Head): Promise<void> {
    gate.pushed = head.floor;
    this.#log.expect(conversation, head.version);
    gate.state = (await this.#log.state(conversation))?.state ?? gate.state;
  }

  async #serves(conversation: ConversationId, gate: Gate): Promise<boolean> {
    if (gate.state && this.#sink.serves(gate.state, gate.pushed)) return true;
    // What is missing may have brought in somebody who is here.
    gate.state = (await this.#log.state(conversation))?.state ?? null;
    return gate.state !== null && this.#sink.serves(gate.state, gate.pushed);
  }

  #pass(conversation: ConversationId, gate: Gate, entries: readonly Entry[]): void {
    const last = entries.at(-1);
    if (!gate.state || !last || !this.#sink.mayPush()) return;
    const state = fold(gate.state, entries) ?? gate.state;
    gate.state = state;
    gate.pushed = last.seq;
    this.#meter.count('entries_pushed', entries.length);
    this.#sink.push(entries, state);
    if (!this.#sink.serves(state, gate.pushed)) this.#close(conversation, gate);
  }

  #close(conversation: ConversationId, gate: Gate): void {
    // Evicted while it was reading, another one may have taken its place.
    if (this.#gates.get(conversation) === gate) this.#gates.delete(conversation);
  }
}
