import type { CommitChanges } from '../changes/commit-changes.ts';
import type { EventHandlers } from '../connection/stay-connected.ts';
import { backoffMs, sleep } from '../core/backoff.ts';
import type { Core } from '../core/ports.ts';
import { at, type ConversationRecord, type StagedRecord } from '../core/records.ts';
import { SealpostError } from '../core/sealpost-error.ts';
import type { ReportCursors } from '../delivery/report-cursors.ts';
import type { RefillBundles } from '../keys/refill-bundles.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { decodeMsgpack, type ServerPayload } from '@sealpost/protocol';
import type { JoinConversations } from './join-conversations.ts';
import type { Synchronise } from './synchronise.ts';

export interface CatchUpParts {
  readonly core: Core;
  readonly sync: Synchronise;
  readonly joins: JoinConversations;
  readonly commits: CommitChanges;
  readonly outbox: Outbox;
  readonly cursors: ReportCursors;
  readonly refill: RefillBundles;
}

const pullsAtOnce = 4;
/** So long pushes of what precedes an own entry may take. */
const followMs = 500;
const retrying = { firstMs: 200, longestMs: 30_000 };

const mayHelp = (error: unknown): error is SealpostError =>
  error instanceof SealpostError && error.retryable;

const isLoggedOut = (error: unknown): boolean =>
  error instanceof SealpostError && error.code === 'not_logged_in';

/** Answers what the server tells: reads what is missing, newest activity first, and says when nothing is. */
export class CatchUp {
  readonly #parts: CatchUpParts;
  /** What the server listed and is not read yet, with the head of each. */
  #listed: { readonly conversation: string; readonly head: number }[] = [];
  #done = 0;
  #of = 0;
  #round = 0;
  /** Conversations whose pushes could not be followed, and that are being read again. */
  readonly #behind = new Set<string>();

  constructor(parts: CatchUpParts) {
    this.#parts = parts;
  }

  readonly handlers: EventHandlers = {
    hello: () => this.#begin(),
    heads: (page) => this.#list(page),
    caught_up: ({ incarnation }) => this.#background(() => this.#readAll(incarnation)),
    entries: (push) => this.#background(() => this.#take(push)),
    stock: ({ stock }) => this.#background(() => this.#refill(stock)),
    receipts: ({ conversation, cursor: { account, delivered, read } }) =>
      this.#parts.core.events.emit('receipts', { conversation, account, delivered, read }),
    typing: ({ conversation, account, device }) =>
      this.#parts.core.events.emit('typing', { conversation, account, device }),
    devices_changed: () => this.#parts.core.events.emit('devices', {}),
  };

  #begin(): void {
    this.#round++;
    this.#listed = [];
    this.#done = 0;
    this.#of = 0;
    // What waits to be sent does not wait for what is to be read; what that stops goes out afterwards.
    this.#background(() => this.#parts.outbox.flushAll());
  }

  #list({ conversations }: ServerPayload<'heads'>): void {
    this.#listed.push(...conversations);
  }

  async #readAll(incarnation: number): Promise<void> {
    const round = this.#round;
    await this.#settleStaged(round);
    // What is listed by now is the next connection's, if there is one, and not this round's to read.
    if (round !== this.#round) return;
    const waiting = this.#listed;
    const restored = await this.#listOutdated(incarnation);
    // The server counts from what it was told last; this device knows better what it lacks.
    for (const { conversation, head } of waiting)
      this.#of += Math.max(0, head - (await this.#cursor(conversation)));
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next && round === this.#round; next = waiting.shift()) {
        const { conversation } = next;
        await this.#persist(round, () => this.#read(conversation));
      }
    };
    await Promise.all(Array.from({ length: pullsAtOnce }, work));
    if (round !== this.#round) return;
    const { vault } = this.#parts.core;
    if (restored)
      await vault.transact(async (draft) => draft.write(at.incarnation, { incarnation }));
    this.#parts.core.events.emit('caughtUp', { incarnation });
    await this.#parts.outbox.flushAll();
  }

  /**
   * After a restore: what this device read of it may not be there any more, which no head tells. Answers whether this
   * incarnation is new to it.
   */
  async #listOutdated(incarnation: number): Promise<boolean> {
    const { vault } = this.#parts.core;
    const seen = await vault.read<{ readonly incarnation: number }>(at.incarnation);
    if (seen?.incarnation === incarnation) return false;
    const listed = new Set(this.#listed.map(({ conversation }) => conversation));
    for (const { value } of await vault.list(at.conversations, { limit: 100_000 })) {
      const record = decodeMsgpack(value) as ConversationRecord;
      if (record.incarnation < incarnation && !listed.has(record.conversation))
        this.#listed.push({ conversation: record.conversation, head: record.cursor });
    }
    return true;
  }

  async #read(conversation: string): Promise<void> {
    const { core, sync, joins } = this.#parts;
    const before = await this.#cursor(conversation);
    await sync.pull(conversation);
    this.#done += Math.max(0, (await this.#cursor(conversation)) - before);
    core.events.emit('progress', { done: Math.min(this.#done, this.#of), of: this.#of });
    await this.#report(conversation);
    await joins.consider(conversation);
  }

  /** What was told of the stock is right for the first try only. */
  async #refill(told: ServerPayload<'stock'>['stock']): Promise<void> {
    const { refill } = this.#parts;
    let first = true;
    await this.#persist(this.#round, () => {
      const trial = first ? refill.execute(told) : refill.first();
      first = false;
      return trial;
    });
  }

  async #cursor(conversation: string): Promise<number> {
    return (await this.#parts.sync.record(conversation))?.cursor ?? 0;
  }

  async #take(push: ServerPayload<'entries'>): Promise<void> {
    const { conversation } = push;
    try {
      await this.#parts.sync.offer(push);
    } catch (error) {
      if (!mayHelp(error)) throw error;
      if (this.#behind.has(conversation)) return;
      this.#behind.add(conversation);
      await this.#persist(this.#round, () => this.#parts.sync.pull(conversation));
      this.#behind.delete(conversation);
    }
    await this.#report(conversation);
    await this.#parts.joins.consider(conversation);
  }

  /** What a push should bring before long is read where it does not. */
  follow(conversation: string, seq: number): void {
    this.#parts.core.timers.after(followMs, () =>
      this.#background(async () => {
        if ((await this.#cursor(conversation)) >= seq) return;
        await this.#persist(this.#round, () => this.#parts.sync.pull(conversation));
        await this.#report(conversation);
      }),
    );
  }

  /**
   * A call that fails does not end the connection, and nothing else says then that something is missing: it is tried
   * again until the next connection begins a new round. What cannot be helped so is told, and stops nothing but itself;
   * but once the session is over nothing of the round can be read any more, and nobody is told that it was.
   */
  async #persist(round: number, work: () => Promise<void>): Promise<void> {
    const { timers, random, events } = this.#parts.core;
    for (let attempt = 0; round === this.#round; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (isLoggedOut(error)) this.#round++;
        if (!mayHelp(error)) return events.trouble(error);
        const { refusal } = error;
        const told = refusal && 'retryAfterMs' in refusal ? refusal.retryAfterMs : 0;
        await sleep(timers, told + backoffMs(random, attempt, retrying));
      }
    }
  }

  async #report(conversation: string): Promise<void> {
    const record = await this.#parts.sync.record(conversation);
    if (record) this.#parts.cursors.noteRecord(record);
  }

  /** Changes of keys whose answers were lost come before what is read: nothing else can be decided before. */
  async #settleStaged(round: number): Promise<void> {
    const staged = await this.#parts.core.vault.list(at.stagedAll, { limit: 1_000 });
    for (const { value } of staged) {
      const { conversation } = decodeMsgpack(value) as StagedRecord;
      await this.#persist(round, () => this.#parts.commits.settle(conversation));
    }
  }

  #background(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.#parts.core.events.trouble(error));
  }
}
