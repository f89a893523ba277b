import type { ConversationId } from '../shared/ids.ts';
import type { Append, AppendOutcome, ConversationLog, LoadedLog } from './conversation-log.port.ts';

/**
 * A log whose `load` is answered from memory when it can be. What is cached may be behind other processes: an append
 * names the version that it was decided on, so a stale answer costs a retry and never a promise.
 */
export class CachedLog implements ConversationLog {
  readonly #inner: ConversationLog;
  readonly #limit: number;
  readonly #loaded = new Map<ConversationId, Promise<LoadedLog | null>>();

  constructor(inner: ConversationLog, limit: number) {
    this.#inner = inner;
    this.#limit = limit;
  }

  load(conversation: ConversationId): Promise<LoadedLog | null> {
    const cached = this.#loaded.get(conversation);
    if (cached) return cached;
    const loading = this.#inner.load(conversation);
    this.#keep(conversation, loading);
    const drop = (): void => {
      if (this.#loaded.get(conversation) === loading) this.#loaded.delete(conversation);
    };
    // Neither an absence nor a fault is remembered.
    void loading.then((loaded) => loaded ?? drop(), drop);
    return loading;
  }

  /** Makes the next `load` ask the store. */
  forget(conversation: ConversationId): void {
    this.#loaded.delete(conversation);
  }

  async append(batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
    const outcomes = await this.#inner.append(batch).catch((fault: unknown) => {
      for (const { draft } of batch) this.forget(draft.conversation);
      throw fault;
    });
    batch.forEach(({ draft }, index) => {
      const outcome = outcomes[index];
      if (outcome?.code === 'stale' || (outcome?.code === 'appended' && draft.change !== null))
        this.forget(draft.conversation);
    });
    return outcomes;
  }

  page: ConversationLog['page'] = (conversation, after, limit) =>
    this.#inner.page(conversation, after, limit);
  heads: ConversationLog['heads'] = (conversations) => this.#inner.heads(conversations);
  movedSince: ConversationLog['movedSince'] = (since, limit) =>
    this.#inner.movedSince(since, limit);
  find: ConversationLog['find'] = (conversation, device, clientId) =>
    this.#inner.find(conversation, device, clientId);

  async saveSnapshot(conversation: ConversationId, version: number, state: string): Promise<void> {
    await this.#inner.saveSnapshot(conversation, version, state);
    this.forget(conversation);
  }

  async markRestored(incarnation: number): Promise<void> {
    await this.#inner.markRestored(incarnation);
    this.#loaded.clear();
  }

  #keep(conversation: ConversationId, loading: Promise<LoadedLog | null>): void {
    const oldest = this.#loaded.keys().next();
    if (this.#loaded.size >= this.#limit && !oldest.done) this.#loaded.delete(oldest.value);
    this.#loaded.set(conversation, loading);
  }
}
