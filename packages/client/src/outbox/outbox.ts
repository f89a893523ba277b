import type { WireRefusal } from '@sealpost/protocol';
import { backoffMs, sleep } from '../core/backoff.ts';
import { newClientId } from '../core/client-id.ts';
import type { Core } from '../core/ports.ts';
import { at, type ConversationRecord, type OutboxItem } from '../core/records.ts';
import { SealpostError } from '../core/sealpost-error.ts';
import { SingleFlight } from '../core/single-flight.ts';
import type { ChangeMembers } from '../changes/change-members.ts';
import type { EnterKeys } from '../changes/enter-keys.ts';
import { decodeMsgpack } from '@sealpost/protocol';
import type { Session } from '../session/session.ts';
import type { Draft } from '../core/vault.ts';
import { ownEntry, type SealedItem, type SentAnswer } from '../sync/own-entries.ts';
import type { Synchronise } from '../sync/synchronise.ts';
import { sealItem, spoilSealed } from './seal-item.ts';

/** What sending needs of the connection. */
export interface OutboxLine {
  /** Sends one message; rejects with `no_answer`. */
  send(
    item: SealedItem,
  ): Promise<{ ok: true; value: SentAnswer } | { ok: false; error: WireRefusal }>;
  /** Whether what was sent comes back as a push. */
  echoes(): boolean;
  /** An own entry was taken in: so far the conversation is read. */
  taken(record: ConversationRecord): void;
  /** The log has an own entry that is not here yet and may not come by itself: it is read, unless it comes meanwhile. */
  follow(conversation: string, seq: number): void;
}

const pageItems = 50;
const healing = { firstMs: 50, longestMs: 5_000 };
/** So many refusals in a row that say "heal and send again" are a fault somewhere: wait for the next occasion. */
const healsInARow = 12;
/** Between tries that failed while the connection stands. */
const retrying = { firstMs: 500, longestMs: 10_000 };

const toldToWait = (refusal: WireRefusal | null): number =>
  refusal && 'retryAfterMs' in refusal ? refusal.retryAfterMs : 0;

/** Refusals that are about this device's session, not about the conversation. */
const ofTheSession: ReadonlySet<string> = new Set([
  'unauthenticated',
  'invalid_token',
  'device_pending',
  'upgrade_required',
]);

/** Whether the conversation is not this device's to write to, whatever it does: it does not exist, or nobody lets it in. */
const isFinal = (error: unknown): error is SealpostError =>
  error instanceof SealpostError &&
  (error.code === 'not_found' ||
    (error.kind === 'refused' && !error.retryable && !ofTheSession.has(error.code)));

/**
 * Keeps what was sent until the log has it: through restarts, lost answers and changed keys, in the order in which the
 * application sent it.
 */
export class Outbox {
  readonly #core: Core;
  readonly #session: Session;
  readonly #sync: Synchronise;
  readonly #members: ChangeMembers;
  readonly #enter: EnterKeys;
  readonly #line: OutboxLine;
  readonly #flight = new SingleFlight();
  /**
   * Conversations that were read to their head since the connection was there: before that nothing is encrypted. That
   * this store is an older copy, or that another one runs beside it, shows in the log and nowhere else.
   */
  readonly #followed = new Set<string>();
  #online = false;
  /** Conversations for which a further try is arranged. */
  readonly #retrying = new Set<string>();
  /** How often in a row sending in a conversation met a problem. */
  readonly #failures = new Map<string, number>();

  constructor(
    core: Core,
    session: Session,
    sync: Synchronise,
    changes: { readonly members: ChangeMembers; readonly enter: EnterKeys },
    line: OutboxLine,
  ) {
    this.#core = core;
    this.#session = session;
    this.#sync = sync;
    this.#members = changes.members;
    this.#enter = changes.enter;
    this.#line = line;
    core.events.on('connection', ({ state }) => {
      this.#online = state === 'online';
      if (state === 'offline') this.#followed.clear();
      else this.#failures.clear();
    });
  }

  /** Durable when this resolves; it leaves as soon as it can. Answers the client id. */
  async put(conversation: string, content: Uint8Array, kind: 'loud' | 'quiet'): Promise<string> {
    const clientId = newClientId(this.#core.clock, this.#core.random);
    await this.#core.vault.transact(async (draft) => {
      const { order } = (await draft.read<{ order: number }>(at.outboxNext)) ?? { order: 1 };
      const item: OutboxItem = {
        order,
        conversation,
        clientId,
        class: kind,
        content,
        createdAt: this.#core.clock.now(),
        sealed: null,
        state: 'waiting',
        seq: null,
        error: null,
      };
      const key = at.outboxItem(conversation, order);
      draft.write(at.outboxNext, { order: order + 1 });
      draft.write(key, item);
      draft.write(at.sent(conversation, clientId), { key });
      await this.#sealAtOnce(draft, item);
    }, 'urgent');
    this.flush(conversation);
    return clientId;
  }

  /** What is on its way, failed, or accepted and not yet read back, in order. */
  async items(conversation: string): Promise<readonly OutboxItem[]> {
    const records = await this.#core.vault.list(at.outbox(conversation), { limit: 1_000 });
    return records.map(({ value }) => decodeMsgpack(value) as OutboxItem);
  }

  /** Tries a failed message again, as it is. What waits behind it is encrypted after it, whatever it was before. */
  async retry(conversation: string, clientId: string): Promise<void> {
    await this.#core.vault.transact(async (draft) => {
      const found = await draft.read<{ key: string }>(at.sent(conversation, clientId));
      const item = found && (await draft.read<OutboxItem>(found.key));
      if (!found || item?.state !== 'failed') return;
      await spoilSealed(this.#core.vault, draft, conversation);
      draft.write(found.key, { ...item, state: 'waiting', error: null, sealed: null });
    }, 'urgent');
    this.flush(conversation);
  }

  /** Takes a failed message back. Answers whether it was there and had failed. */
  async withdraw(conversation: string, clientId: string): Promise<boolean> {
    let withdrawn = false;
    await this.#update(conversation, clientId, (item) => {
      withdrawn = item.state === 'failed';
      return withdrawn ? null : item;
    });
    return withdrawn;
  }

  /** Sends what waits in a conversation; problems are tried again on the next occasion. */
  flush(conversation: string): void {
    this.#flight
      .run(conversation, () => this.#drain(conversation))
      .then(() => this.#failures.delete(conversation))
      .catch((error: unknown) => {
        const mayHelp = error instanceof SealpostError && error.retryable;
        // A call may get no answer while the connection stands; without one, the next one begins with a flush.
        if (mayHelp && (error.kind === 'refused' || this.#online))
          this.#later(conversation, toldToWait(error.refusal));
        // What waits for a person ends with a flush too.
        else this.#core.events.trouble(error);
      });
  }

  /** One more try for all who asked while one failed. */
  #later(conversation: string, toldMs: number): void {
    if (this.#retrying.has(conversation)) return;
    this.#retrying.add(conversation);
    const failures = this.#failures.get(conversation) ?? 0;
    this.#failures.set(conversation, failures + 1);
    const wait = toldMs + backoffMs(this.#core.random, failures, retrying);
    this.#core.timers.after(wait, () => {
      this.#retrying.delete(conversation);
      this.flush(conversation);
    });
  }

  /** Everything that waits, in all conversations. */
  async flushAll(): Promise<void> {
    let after = '';
    const conversations = new Set<string>();
    for (;;) {
      const page = await this.#core.vault.list(at.outboxes, {
        limit: 500,
        ...(after === '' ? {} : { after }),
      });
      for (const { key } of page) conversations.add(key.split('/')[1] ?? '');
      if (page.length < 500) break;
      after = page.at(-1)?.key ?? '';
    }
    for (const conversation of conversations) this.flush(conversation);
  }

  /** Resolves when nothing waits in the conversation, or sending met a problem. */
  async settled(conversation: string): Promise<void> {
    await this.#flight.run(conversation, () => this.#drain(conversation));
  }

  /** Always the first that waits: one that was accepted waits again, before the others, when a restore took it back. */
  async #drain(conversation: string): Promise<void> {
    for (let next = await this.#first(conversation); next; next = await this.#first(conversation))
      await this.#deliver(next);
  }

  /** In pages, since messages that failed, or are not read back yet, stay before those that wait. */
  async #first(conversation: string): Promise<OutboxItem | null> {
    for (let after = at.outbox(conversation); ;) {
      const page = await this.#core.vault.list(at.outbox(conversation), {
        after,
        limit: pageItems,
      });
      for (const { value } of page) {
        const item = decodeMsgpack(value) as OutboxItem;
        if (item.state === 'waiting') return item;
      }
      const last = page.at(-1);
      if (!last) return null;
      after = last.key;
    }
  }

  async #deliver(item: OutboxItem): Promise<void> {
    for (let attempt = 0; attempt < healsInARow; attempt++) {
      if (!(await this.#isReady(item))) return;
      const sealed = await this.#seal(item);
      if (sealed === 'not_ready') continue;
      if (!sealed) return;
      const echoes = this.#line.echoes();
      const answer = await this.#line.send(sealed);
      if (answer.ok) return this.#accepted(sealed, answer.value, echoes);
      if (!(await this.#heal(item, answer.error, attempt))) return;
    }
    throw new SealpostError('refused', 'gave_up');
  }

  /** False: the conversation is not this device's, and the message has failed. */
  async #isReady(item: OutboxItem): Promise<boolean> {
    try {
      await this.#prepare(item.conversation);
      return true;
    } catch (error) {
      if (!isFinal(error)) throw error;
      await this.#fail(item, error.code);
      return false;
    }
  }

  /** Makes this device able to send: log read to the head, in the keys, nobody under suspicion in them. */
  async #prepare(conversation: string): Promise<void> {
    if (!this.#followed.has(conversation)) await this.#sync.pull(conversation);
    this.#followed.add(conversation);
    const record = await this.#sync.record(conversation);
    if (record?.status === 'left') return;
    if (!record?.keyed || record.broken) await this.#enter.join(conversation);
    await this.#sync.judge(conversation);
    const ready = await this.#sync.record(conversation);
    if (ready?.forked) throw new SealpostError('trust', 'forked');
    if (ready && ready.suspects.length > 0) throw new SealpostError('trust', 'quarantined');
  }

  /**
   * The bytes to send, durable before they leave. Null: there is nothing to send any more, or something else first; `not_ready`: what `#prepare`
   * saw to has changed since.
   */
  async #seal({
    conversation,
    order,
    clientId,
  }: OutboxItem): Promise<SealedItem | 'not_ready' | null> {
    const me = await this.#session.me();
    return this.#core.vault.transact(async (draft) => {
      const key = at.outboxItem(conversation, order);
      const item = await draft.read<OutboxItem>(key);
      if (item?.state !== 'waiting' || (await this.#first(conversation))?.order !== order)
        return null;
      const sealed = await sealItem(this.#core, me, draft, item);
      if (sealed !== 'not_a_member') return sealed;
      draft.write(key, { ...item, state: 'failed', error: 'not_a_member' });
      this.#core.events.emit('outbox', { conversation, clientId, state: 'failed' });
      return null;
    }, 'urgent');
  }

  /**
   * Encrypts a message in the transaction that puts it, which saves one with its sync: where that would be the next thing
   * to do. Elsewhere, and where it does not work, it is encrypted when its turn comes.
   */
  async #sealAtOnce(draft: Draft, item: OutboxItem): Promise<void> {
    const { conversation } = item;
    if (!this.#online || !this.#followed.has(conversation)) return;
    const record = await draft.read<ConversationRecord>(at.conversation(conversation));
    if (!record?.keyed || record.broken || (await this.#first(conversation))) return;
    // What fails here fails again, and is told, when its turn comes.
    await sealItem(this.#core, await this.#session.me(), draft, item).catch(() => undefined);
  }

  /** What a refusal asks for. False: it is final, and the message has failed. */
  async #heal(item: OutboxItem, refusal: WireRefusal, attempt: number): Promise<boolean> {
    const { conversation } = item;
    const jitter = backoffMs(this.#core.random, attempt, healing);
    switch (refusal.code) {
      case 'stale_epoch':
      case 'out_of_turn':
        await this.#reseal(item);
        await this.#sync.pull(conversation);
        if (attempt > 0) await sleep(this.#core.timers, jitter);
        return true;
      case 'rekey_needed':
        await this.#reseal(item);
        await this.#members.repair(conversation);
        return true;
      case 'not_in_keys':
        await this.#reseal(item);
        await this.#sync.pull(conversation);
        await this.#enter.join(conversation);
        return true;
      case 'rate_limited':
      case 'unavailable':
      case 'busy':
      case 'too_soon':
        await sleep(this.#core.timers, refusal.retryAfterMs + jitter);
        return true;
      case 'internal':
      case 'unauthenticated':
        throw SealpostError.refused(refusal);
      default:
        await this.#fail(item, refusal.code);
        return false;
    }
  }

  async #fail({ conversation, clientId }: OutboxItem, error: string): Promise<void> {
    await this.#update(conversation, clientId, (now) => ({ ...now, state: 'failed', error }));
    this.#core.events.emit('outbox', { conversation, clientId, state: 'failed' });
  }

  #reseal(item: OutboxItem): Promise<void> {
    return this.#update(item.conversation, item.clientId, (now) => ({ ...now, sealed: null }));
  }

  /** Its entry is taken from the answer where nothing is missing before it; elsewhere it stays until it is read. */
  async #accepted(item: SealedItem, answer: SentAnswer, echoes: boolean): Promise<void> {
    const { conversation, clientId } = item;
    const own = ownEntry(await this.#session.me(), item, answer);
    const record = own && (await this.#sync.takeOwn(own));
    if (!record) await this.#keepAccepted(item, answer.seq);
    this.#core.events.emit('outbox', { conversation, clientId, state: 'accepted' });
    if (record) this.#line.taken(record);
    else if (!echoes) this.#line.follow(conversation, answer.seq);
  }

  #keepAccepted({ conversation, clientId }: OutboxItem, seq: number): Promise<void> {
    return this.#update(conversation, clientId, (item) => ({
      ...item,
      state: 'accepted',
      seq,
      sealed: null,
    }));
  }

  /** An item that the log was read past is gone already: nothing happens then. */
  #update(
    conversation: string,
    clientId: string,
    change: (item: OutboxItem) => OutboxItem | null,
  ): Promise<void> {
    return this.#core.vault.transact(async (draft) => {
      const index = at.sent(conversation, clientId);
      const found = await draft.read<{ key: string }>(index);
      const item = found && (await draft.read<OutboxItem>(found.key));
      if (!found || !item) return;
      const changed = change(item);
      draft.write(found.key, changed);
      if (!changed) draft.put(index, null);
    }, 'urgent');
  }
}
