import { isSameTenure } from '@sealpost/domain';
import type {
  Adoption,
  Append,
  AppendOutcome,
  ClientId,
  ConversationId,
  ConversationLog,
  Cut,
  DeviceId,
  Entry,
  EntryEnvelope,
  Expiring,
  Head,
  LoadedLog,
  LogPage,
  Seq,
  Tenure,
  Timestamp,
} from '@sealpost/domain';
import { copied } from './copied.ts';
import type { MemoryState } from './memory-state.ts';
import { entriesAfter, envelopeOf, StoredLog } from './stored-log.ts';

export class MemoryConversationLog implements ConversationLog {
  readonly #state: MemoryState;
  constructor(state: MemoryState) {
    this.#state = state;
  }

  async load(
    conversation: ConversationId,
    from: 'newest' | 'floor' = 'newest',
  ): Promise<LoadedLog | null> {
    this.#state.ensureOpen('load');
    const log = this.#state.logs.get(conversation);
    if (!log) return null;
    const snapshot = from === 'floor' ? log.base : log.snapshot;
    const changes = log.changesAfter(snapshot?.version ?? 0).map(envelopeOf);
    return { snapshot, changes, head: log.head() };
  }

  async append(batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
    this.#state.ensureOpen('append');
    return batch.map((item) => this.#take(item));
  }

  async page(
    conversation: ConversationId,
    after: Seq,
    limit: { readonly entries: number; readonly bytes: number },
  ): Promise<LogPage | null> {
    this.#state.ensureOpen('page');
    const log = this.#state.logs.get(conversation);
    return log ? { entries: entriesAfter(log, after, limit), head: log.head() } : null;
  }

  async entry(conversation: ConversationId, seq: Seq): Promise<Entry | null> {
    this.#state.ensureOpen('entry');
    return copied(this.#state.logs.get(conversation)?.entry(seq) ?? null);
  }

  async heads(
    conversations: readonly ConversationId[],
  ): Promise<ReadonlyMap<ConversationId, Head>> {
    this.#state.ensureOpen('heads');
    const heads = new Map<ConversationId, Head>();
    for (const conversation of conversations) {
      const log = this.#state.logs.get(conversation);
      if (log) heads.set(conversation, log.head());
    }
    return heads;
  }

  async movedSince(since: Timestamp, limit: number): Promise<ReadonlyMap<ConversationId, Head>> {
    this.#state.ensureOpen('movedSince');
    const moved = [...this.#state.logs]
      .map(([conversation, log]) => [conversation, log.head()] as const)
      .filter(([, { acceptedAt }]) => acceptedAt >= since)
      .toSorted(([, a], [, b]) => b.acceptedAt - a.acceptedAt);
    return new Map(moved.slice(0, limit));
  }

  async conversations(page: {
    readonly after: ConversationId | null;
    readonly limit: number;
  }): Promise<readonly ConversationId[]> {
    this.#state.ensureOpen('conversations');
    return [...this.#state.logs.keys()]
      .filter((conversation) => page.after === null || conversation > page.after)
      .toSorted((a, b) => (a < b ? -1 : 1))
      .slice(0, page.limit);
  }

  async find(
    conversation: ConversationId,
    device: DeviceId,
    clientId: ClientId,
  ): Promise<EntryEnvelope | null> {
    this.#state.ensureOpen('find');
    const entry = this.#state.logs.get(conversation)?.sent(device, clientId);
    return entry ? envelopeOf(entry) : null;
  }

  async saveSnapshot(conversation: ConversationId, version: Seq, state: string): Promise<void> {
    this.#state.ensureOpen('saveSnapshot');
    const log = this.#state.logs.get(conversation);
    if (log && version >= (log.snapshot?.version ?? 0)) log.snapshot = { version, state };
  }

  async markRestored(incarnation: number): Promise<void> {
    this.#state.ensureOpen('markRestored');
    for (const log of this.#state.logs.values()) log.markRestored(incarnation);
  }

  async expiring(
    before: Timestamp,
    page: {
      readonly after: ConversationId | null;
      readonly conversations: number;
      readonly entries: number;
    },
  ): Promise<Expiring> {
    this.#state.ensureOpen('expiring');
    const following = [...this.#state.logs]
      .filter(([conversation]) => page.after === null || conversation > page.after)
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
    const looked = following.slice(0, page.conversations);
    const found = looked.flatMap(([conversation, log]) => {
      if (log.tenure.state !== 'open') return [];
      const oldest = log.after(log.head().floor, page.entries);
      const floor = oldest.findLast(({ acceptedAt }) => acceptedAt < before)?.seq;
      return floor === undefined ? [] : [{ conversation, floor }];
    });
    const last = looked.length < following.length ? looked.at(-1) : undefined;
    return { found, next: last ? last[0] : null };
  }

  async cut(cut: Cut): Promise<number> {
    this.#state.ensureOpen('cut');
    return this.#state.logs.get(cut.conversation)?.cut(cut) ?? 0;
  }

  async kept(conversation: ConversationId): Promise<Entry | null> {
    this.#state.ensureOpen('kept');
    return copied(this.#state.logs.get(conversation)?.kept ?? null);
  }

  async tenure(conversation: ConversationId | null): Promise<Tenure | null> {
    this.#state.ensureOpen('tenure');
    return this.#tenure(conversation);
  }

  async changeTenure(
    conversation: ConversationId | null,
    from: number,
    to: Tenure,
  ): Promise<boolean> {
    this.#state.ensureOpen('changeTenure');
    const present = this.#tenure(conversation);
    if (present === null) return false;
    if (isSameTenure(present, to)) return true;
    if (present.term !== from) return false;
    const log = conversation === null ? null : this.#state.logs.get(conversation);
    if (log) log.tenure = { ...to };
    else this.#state.foundings = { ...to };
    return true;
  }

  async adopt(adoption: Adoption): Promise<boolean> {
    this.#state.ensureOpen('adopt');
    const { conversation } = adoption;
    const { term } = this.#state.foundings;
    const log =
      this.#state.logs.get(conversation) ?? new StoredLog({ term, state: 'closed' as const });
    const isTaken = log.adopt(adoption);
    if (isTaken) this.#state.logs.set(conversation, log);
    return isTaken;
  }

  #tenure(conversation: ConversationId | null): Tenure | null {
    if (conversation === null) return this.#state.foundings;
    return this.#state.logs.get(conversation)?.tenure ?? null;
  }

  #take(item: Append): AppendOutcome {
    const { conversation } = item.draft;
    const known = this.#state.logs.get(conversation);
    const { foundings } = this.#state;
    if (!known && foundings.state !== 'open')
      return { code: item.basis === 0 ? 'closed' : 'stale' };
    const log = known ?? new StoredLog(foundings);
    const outcome = log.take(item);
    // A refused item founds no conversation.
    if (outcome.code === 'appended') this.#state.logs.set(conversation, log);
    return outcome;
  }
}
