import type { WireEntry, WireEntryPage } from '@sealpost/protocol';
import type { Core } from '../core/ports.ts';
import { at, type ConversationRecord, newConversation } from '../core/records.ts';
import { SealpostError } from '../core/sealpost-error.ts';
import { SingleFlight } from '../core/single-flight.ts';
import type { Draft } from '../core/vault.ts';
import type { DeviceRef } from '../engine/engine.port.ts';
import type { Session } from '../session/session.ts';
import { type OwnEntry, OwnEntries } from './own-entries.ts';
import { type FollowUp, ProcessEntry } from './process-entry.ts';
import { passExpired } from './pass-expired.ts';
import { takeBack } from './take-back.ts';

type Page = Pick<WireEntryPage, 'incarnation' | 'entries' | 'gaps'>;
type Item = {
  readonly from: number;
  readonly to: number;
  readonly entry: WireEntry | null;
  readonly reason: string;
};

const pageEntries = 200;
/** Entries of one transaction: a page is not lost whole when the process dies in the middle of it. */
const chunkEntries = 50;

/** What a page brings belongs to the conversation that was asked for, whatever its entries say. */
function inOrder(conversation: string, { entries, gaps }: Page): Item[] {
  const items: Item[] = entries.map((entry) => ({
    from: entry.seq,
    to: entry.seq,
    entry: { ...entry, conversation },
    reason: '',
  }));
  for (const { from, to, reason } of gaps) items.push({ from, to, entry: null, reason });
  // What a restore took back makes room for what stands under the same numbers now.
  const isTakenBack = ({ reason }: Item): number => (reason === 'restored' ? 0 : 1);
  return items.toSorted((a, b) => isTakenBack(a) - isTakenBack(b) || a.from - b.from);
}

/** What entries continue: in another incarnation they mean what was asked for, or nothing. */
interface Continuation {
  readonly conversation: string;
  readonly incarnation: number;
  readonly asked: ConversationRecord | null;
}

/**
 * Follows logs: strictly by number, each entry once, holes filled by reading. A push that continues the cursor is taken
 * as it is; anything else is a hint to read.
 */
export class Synchronise {
  readonly #core: Core;
  readonly #session: Session;
  readonly #process: ProcessEntry;
  readonly #flight = new SingleFlight();
  readonly #own = new OwnEntries();
  readonly #followUp: (conversation: string, what: ReadonlySet<FollowUp>) => Promise<void>;

  constructor(
    core: Core,
    session: Session,
    followUp: (conversation: string, what: ReadonlySet<FollowUp>) => Promise<void>,
  ) {
    this.#core = core;
    this.#session = session;
    this.#process = new ProcessEntry(core.engine, core.clock);
    this.#followUp = followUp;
  }

  record(conversation: string): Promise<ConversationRecord | null> {
    return this.#core.vault.read<ConversationRecord>(at.conversation(conversation));
  }

  /** Reads and processes everything up to the head. Rejects when the server does not answer. */
  pull(conversation: string): Promise<void> {
    return this.#flight.run(conversation, () => this.#pull(conversation));
  }

  /** Has the devices in the keys judged if that is still owed: a crash or a lost answer came between. */
  async judge(conversation: string): Promise<void> {
    const record = await this.record(conversation);
    if (record?.unjudged) await this.#followUp(conversation, new Set(['describe', 'judge']));
  }

  /** Entries that came by themselves. */
  async offer(push: {
    readonly conversation: string;
    readonly incarnation: number;
    readonly entries: readonly WireEntry[];
    readonly more: readonly string[];
  }): Promise<void> {
    const me = await this.#session.me();
    const record = await this.record(push.conversation);
    const first = push.entries[0]?.seq ?? 0;
    const last = push.entries.at(-1)?.seq ?? 0;
    if (record && last <= record.cursor && record.incarnation === push.incarnation) return;
    const continues =
      record?.keyed && record.incarnation === push.incarnation && this.#own.reach(first, record);
    if (!continues || push.more.includes(me.device)) return this.pull(push.conversation);
    const pushed = { ...push, entries: [...push.entries], gaps: [] };
    const reached = await this.#apply(me, push.conversation, pushed, null);
    if (reached < last) await this.pull(push.conversation);
  }

  /**
   * An entry of this device, known from its answer. Taken in at once where it continues the log as far as it was
   * read: the record then; null: it waits until what precedes it is here.
   */
  async takeOwn(own: OwnEntry): Promise<ConversationRecord | null> {
    const { conversation, seq } = own.entry;
    const me = await this.#session.me();
    this.#own.add(own);
    const [before, after] = await this.#core.vault.transact(
      (draft) => this.#applyOwn(draft, me, conversation),
      'urgent',
    );
    if (!before || !after) return null;
    this.#own.forget(after);
    this.#tell(before, after);
    return after.cursor >= seq ? after : null;
  }

  async #applyOwn(
    draft: Draft,
    me: DeviceRef,
    conversation: string,
  ): Promise<[ConversationRecord | null, ConversationRecord | null]> {
    const before = await draft.read<ConversationRecord>(at.conversation(conversation));
    if (!before?.keyed) return [before, null];
    const after = await this.#withOwn(draft, me, before);
    if (after !== before) draft.write(at.conversation(conversation), after);
    return [before, after];
  }

  /** Goes on with own entries that stand next. */
  async #withOwn(
    draft: Draft,
    me: DeviceRef,
    before: ConversationRecord,
  ): Promise<ConversationRecord> {
    let record = before;
    for (let own = this.#own.following(record); own; own = this.#own.following(record))
      record = (await this.#process.execute(draft, me, record, own)).record;
    return record;
  }

  async #pull(conversation: string): Promise<void> {
    const me = await this.#session.me();
    for (;;) {
      const record = (await this.record(conversation)) ?? newConversation(conversation);
      const result = await this.#session.call('entries', {
        params: { conversation },
        query: {
          incarnation: Math.max(1, record.incarnation),
          after: record.cursor,
          limit: pageEntries,
        },
      });
      if (!result.ok) {
        if (result.error.code === 'not_found') return;
        throw SealpostError.refused(result.error);
      }
      const page = result.value;
      const moved = page.entries.length + page.gaps.length > 0;
      // Most conversations have nothing new at a new connection: that takes no turn among the transactions.
      if (moved || page.incarnation !== record.incarnation) {
        await this.#apply(me, conversation, page, record);
        const now = await this.record(conversation);
        if (now && now.incarnation !== page.incarnation) continue;
      }
      if (page.next >= page.head || !moved) break;
    }
    await this.judge(conversation);
  }

  /** `asked`: as what the page continues; null: it came by itself. Answers how far the cursor is. */
  async #apply(
    me: DeviceRef,
    conversation: string,
    page: Page,
    asked: ConversationRecord | null,
  ): Promise<number> {
    const items = inOrder(conversation, page);
    let reached = 0;
    do {
      const chunk = items.splice(0, chunkEntries);
      const followUps = new Set<FollowUp>();
      const uncertain: string[] = [];
      const [before, after] = await this.#core.vault.transact((draft) =>
        this.#applyChunk(
          draft,
          me,
          { conversation, incarnation: page.incarnation, asked },
          chunk,
          followUps,
          uncertain,
        ),
      );
      reached = after.cursor;
      this.#own.forget(after);
      this.#tell(before, after);
      for (const clientId of uncertain)
        this.#core.events.emit('outbox', { conversation, clientId, state: 'failed' });
      if (followUps.size > 0) await this.#followUp(conversation, followUps);
    } while (items.length > 0);
    return reached;
  }

  async #applyChunk(
    draft: Draft,
    me: DeviceRef,
    { conversation, incarnation, asked }: Continuation,
    chunk: readonly Item[],
    followUps: Set<FollowUp>,
    uncertain: string[],
  ): Promise<[ConversationRecord | null, ConversationRecord]> {
    const before = await draft.read<ConversationRecord>(at.conversation(conversation));
    const now = before ?? newConversation(conversation);
    const isAsAsked = asked?.incarnation === now.incarnation && asked.cursor === now.cursor;
    // What was pushed before a restore may be read after the page was asked for: what is taken back is another then.
    if (now.incarnation !== incarnation && !isAsAsked) return [before, now];
    let record = { ...now, incarnation };
    for (const { from, to, entry, reason } of chunk) {
      if (reason === 'restored') {
        const taken = await takeBack(this.#core, draft, before ?? record, from);
        record = { ...taken, incarnation };
        continue;
      }
      record = await this.#withOwn(draft, me, record);
      if (from !== record.cursor + 1) continue;
      else if (entry) {
        const progress = await this.#process.execute(draft, me, record, entry);
        record = progress.record;
        for (const followUp of progress.followUps) followUps.add(followUp);
      } else {
        draft.write(at.entry(conversation, from), { kind: 'gap', seq: from, to, reason });
        const head = Math.max(record.head, to);
        record = { ...record, cursor: to, head, parent: null };
        if (reason !== 'expired') continue;
        const [passed, items] = await passExpired(this.#core.vault, draft, record, to);
        record = passed;
        uncertain.push(...items);
      }
    }
    record = await this.#withOwn(draft, me, record);
    draft.write(at.conversation(conversation), record);
    return [before, record];
  }

  #tell(before: ConversationRecord | null, after: ConversationRecord): void {
    const { conversation } = after;
    if (after.cursor !== before?.cursor)
      this.#core.events.emit('entries', { conversation, upTo: after.cursor });
    const differs =
      !before ||
      before.status !== after.status ||
      before.keyed !== after.keyed ||
      before.broken !== after.broken ||
      before.forked !== after.forked ||
      before.members !== after.members;
    if (differs) this.#core.events.emit('conversation', { conversation });
  }
}
