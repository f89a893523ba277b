import { type ConversationState } from '../conversation/conversation.ts';
import { fold } from '../conversation/evolve.ts';
import type { ConversationId, Seq } from '../shared/ids.ts';
import type { Meter } from '../shared/meter.port.ts';
import type { ConversationLog, Head } from './conversation-log.port.ts';
import type { Entry } from './entry.ts';
import type { EntriesHint } from './fan-out.port.ts';
import { stateOf } from './loaded-state.ts';

/** Where the gate sends what it lets through. */
export interface GateSink {
  /** Whether anybody here is, or just was, a member. */
  serves(state: ConversationState): boolean;
  /** Consecutive entries that follow the last ones, and a state that covers them. */
  push(entries: readonly Entry[], state: ConversationState): void;
  /** Reading the log failed; the sweep tries again. */
  failed(fault: unknown): void;
}

interface Gate {
  pushed: Seq;
  wanted: Seq;
  state: ConversationState | null;
  reading: boolean;
  /** Came with a hint while the state was not known yet. */
  held: readonly Entry[];
}

const pageLimit = { entries: 500, bytes: 4 * 1024 * 1024 };

/**
 * Lets a conversation's entries through only in contiguous ranges. Hints may come late, doubled, out of order or not
 * at all: numbers that are missing are read from the log, once for everybody here.
 */
export class ContiguityGate {
  readonly #log: ConversationLog;
  readonly #sink: GateSink;
  readonly #meter: Meter;
  readonly #limit: number;
  readonly #gates = new Map<ConversationId, Gate>();

  constructor(log: ConversationLog, sink: GateSink, meter: Meter, limit: number) {
    this.#log = log;
    this.#sink = sink;
    this.#meter = meter;
    this.#limit = limit;
  }

  offer(hint: EntriesHint): void {
    const gate = this.#gateOf(hint.conversation, hint.from);
    const entries = hint.entries?.filter(({ seq }) => seq > gate.pushed) ?? [];
    if (entries[0]?.seq === gate.pushed + 1 && !gate.reading) {
      if (gate.state !== null) return this.#pass(hint.conversation, gate, entries);
      gate.held = entries;
    }
    gate.wanted = Math.max(gate.wanted, hint.to);
    if (gate.wanted > gate.pushed && !gate.reading) void this.#catchUp(hint.conversation, gate);
  }

  /** Makes good what was never hinted: compares heads with what was pushed. */
  compare(heads: ReadonlyMap<ConversationId, Head>): void {
    for (const [conversation, head] of heads) {
      const pushed = this.#gates.get(conversation)?.pushed;
      if (pushed !== head.seq)
        this.offer({ conversation, from: head.seq, to: head.seq, entries: null });
    }
  }

  #gateOf(conversation: ConversationId, from: Seq): Gate {
    const known = this.#gates.get(conversation);
    if (known) return known;
    const oldest = this.#gates.keys().next();
    if (this.#gates.size >= this.#limit && !oldest.done) this.#gates.delete(oldest.value);
    // What came before the first hint is found by discovery, or by the client that sees a hole.
    const gate: Gate = {
      pushed: from - 1,
      wanted: from - 1,
      state: null,
      reading: false,
      held: [],
    };
    this.#gates.set(conversation, gate);
    return gate;
  }

  async #catchUp(conversation: ConversationId, gate: Gate): Promise<void> {
    gate.reading = true;
    try {
      gate.state ??= await this.#stateAt(conversation);
      const held = gate.held.filter(({ seq }) => seq > gate.pushed);
      gate.held = [];
      if (gate.state && this.#sink.serves(gate.state) && held.length > 0)
        this.#pass(conversation, gate, held);
      while (gate.state && gate.wanted > gate.pushed) {
        if (!this.#sink.serves(gate.state)) {
          this.#gates.delete(conversation);
          return;
        }
        const page = await this.#log.page(conversation, gate.pushed, pageLimit);
        this.#meter.count('ranges_reread');
        if (!page || page.entries.length === 0) break;
        this.#pass(conversation, gate, page.entries);
      }
    } catch (fault) {
      this.#gates.delete(conversation);
      this.#sink.failed(fault);
    } finally {
      gate.reading = false;
    }
  }

  async #stateAt(conversation: ConversationId): Promise<ConversationState | null> {
    const loaded = await this.#log.load(conversation);
    return loaded && stateOf(loaded);
  }

  #pass(conversation: ConversationId, gate: Gate, entries: readonly Entry[]): void {
    const before = gate.state;
    if (!before) return;
    const after = fold(before, entries) ?? before;
    gate.pushed = entries.at(-1)?.seq ?? gate.pushed;
    gate.state = after;
    this.#meter.count('entries_pushed', entries.length);
    this.#sink.push(entries, after);
    if (!this.#sink.serves(after)) this.#gates.delete(conversation);
  }
}
