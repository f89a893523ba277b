import type { CachedLog } from '../log/cached-log.ts';
import type { Head } from '../log/conversation-log.port.ts';
import type { AccountId, Bytes, ConversationId } from '../shared/ids.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import { type ConversationState, roleOf } from './conversation.ts';
import type { NotFound } from './refusal.ts';

/** What a device needs to bring itself into the keys. */
export interface JoinInformation {
  readonly generation: number;
  readonly epoch: number;
  readonly head: number;
  /** The newest commit's part for joiners; null when its sender gave none. */
  readonly bytes: Bytes | null;
}

/** Reads conversations for their members, always on the newest state. */
export class DescribeConversation {
  readonly #log: CachedLog;

  constructor(log: CachedLog) {
    this.#log = log;
  }

  async state(
    conversation: ConversationId,
    asker: AccountId,
  ): Promise<Result<{ state: ConversationState; head: Head }, NotFound>> {
    this.#log.forget(conversation);
    const known = await this.#log.state(conversation);
    if (!known || roleOf(known.state, asker) === null) return refuse({ code: 'not_found' });
    return ok({ state: known.state, head: known.head });
  }

  async joinInformation(
    conversation: ConversationId,
    asker: AccountId,
  ): Promise<Result<JoinInformation, NotFound>> {
    const described = await this.state(conversation, asker);
    if (!described.ok) return described;
    const { state, head } = described.value;
    const commit = await this.#log.entry(conversation, state.lastCommit);
    const part = commit?.parts.find(({ audience }) => audience === 'joiners');
    return ok({
      generation: state.generation,
      epoch: state.epoch,
      head: head.seq,
      bytes: part?.bytes ?? null,
    });
  }
}
