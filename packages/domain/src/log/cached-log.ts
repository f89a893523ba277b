import type { ConversationId, Seq } from '../shared/ids.ts';
import { Recent } from '../shared/recent.ts';
import type { Soon } from '../shared/soon.ts';
import type {
  Adoption,
  Append,
  AppendOutcome,
  ConversationLog,
  Head,
} from './conversation-log.port.ts';
import { type KnownLog, loadState } from './loaded-state.ts';

interface Cached {
  readonly loading: Promise<KnownLog | null>;
  /** Null while loading. */
  loaded: KnownLog | null;
}

/**
 * A log that also answers what a conversation's state is, from memory when it can. What is cached may be behind other
 * processes: an append names the version that it was decided on, and a reader compares versions, so a stale answer
 * costs a retry and never a promise.
 */
export class CachedLog implements ConversationLog {
  readonly #inner: ConversationLog;
  readonly #cached: Recent<ConversationId, Cached>;

  constructor(inner: ConversationLog, limit: number) {
    this.#inner = inner;
    this.#cached = new Recent(limit);
  }

  /** Null when the conversation has no entry. */
  state(conversation: ConversationId): Soon<KnownLog | null> {
    const known = this.#cached.get(conversation);
    if (known) return known.loaded ?? known.loading;
    const cached: Cached = { loading: loadState(this.#inner, conversation), loaded: null };
    this.#cached.set(conversation, cached);
    const drop = (): void => {
      if (this.#cached.get(conversation) === cached) this.#cached.delete(conversation);
    };
    // Neither an absence nor a fault is remembered.
    void cached.loading.then((loaded) => (loaded ? (cached.loaded = loaded) : drop()), drop);
    return cached.loading;
  }

  /** Like `state`, with every change that there is by now: for what is told to members, whatever this process heard of. */
  async newest(conversation: ConversationId): Promise<KnownLog | null> {
    const head = (await this.#inner.heads([conversation])).get(conversation);
    return head ? this.covering(conversation, head) : null;
  }

  /** Like `state`, with every change up to a head that was just read. */
  covering(conversation: ConversationId, { version }: Head): Soon<KnownLog | null> {
    this.expect(conversation, version);
    return this.state(conversation);
  }

  /** Makes the next `state` ask the store. */
  forget(conversation: ConversationId): void {
    this.#cached.delete(conversation);
  }

  /** Makes the next `state` cover `version`, which the log is known to have reached. */
  expect(conversation: ConversationId, version: Seq): void {
    const cached = this.#cached.get(conversation);
    // One that is being loaded may have been asked for before the log got there.
    if (cached && (cached.loaded?.state.version ?? 0) < version) this.forget(conversation);
  }

  append(batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return this.#inner.append(batch).then(
      (outcomes) => this.#appended(batch, outcomes),
      (fault: unknown) => {
        for (const { draft } of batch) this.forget(draft.conversation);
        throw fault;
      },
    );
  }

  #appended(
    batch: readonly Append[],
    outcomes: readonly AppendOutcome[],
  ): readonly AppendOutcome[] {
    batch.forEach(({ draft }, index) => {
      const outcome = outcomes[index];
      const changed = outcome?.code === 'appended' && draft.change !== null;
      if (changed || outcome?.code === 'stale') this.forget(draft.conversation);
    });
    return outcomes;
  }

  async saveSnapshot(conversation: ConversationId, version: Seq, state: string): Promise<void> {
    await this.#inner.saveSnapshot(conversation, version, state);
    this.forget(conversation);
  }

  async markRestored(incarnation: number): Promise<void> {
    await this.#inner.markRestored(incarnation);
    this.#cached.clear();
  }

  load: ConversationLog['load'] = (conversation, from) => this.#inner.load(conversation, from);
  page: ConversationLog['page'] = (conversation, after, limit) =>
    this.#inner.page(conversation, after, limit);
  entry: ConversationLog['entry'] = (conversation, seq) => this.#inner.entry(conversation, seq);
  heads: ConversationLog['heads'] = (conversations) => this.#inner.heads(conversations);
  movedSince: ConversationLog['movedSince'] = (since, limit) =>
    this.#inner.movedSince(since, limit);
  conversations: ConversationLog['conversations'] = (page) => this.#inner.conversations(page);
  find: ConversationLog['find'] = (conversation, device, clientId) =>
    this.#inner.find(conversation, device, clientId);
  expiring: ConversationLog['expiring'] = (before, page) => this.#inner.expiring(before, page);
  cut: ConversationLog['cut'] = (cut) => this.#inner.cut(cut);
  kept: ConversationLog['kept'] = (conversation) => this.#inner.kept(conversation);
  tenure: ConversationLog['tenure'] = (conversation) => this.#inner.tenure(conversation);
  changeTenure: ConversationLog['changeTenure'] = (conversation, from, to) =>
    this.#inner.changeTenure(conversation, from, to);

  async adopt(adoption: Adoption): Promise<boolean> {
    this.forget(adoption.conversation);
    return this.#inner.adopt(adoption).finally(() => this.forget(adoption.conversation));
  }
}
