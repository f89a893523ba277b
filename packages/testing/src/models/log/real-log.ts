import type { ConversationId, ConversationLog } from '@sealpost/domain';
import { aConversationId } from '../../builders/ids.ts';

/** The log under test and the conversations that stand for the model's. */
export class RealLog {
  readonly log: ConversationLog;
  readonly ids: readonly ConversationId[] = [aConversationId(), aConversationId()];
  readonly #nextIncarnation: () => number;

  constructor(log: ConversationLog, nextIncarnation: () => number) {
    this.log = log;
    this.#nextIncarnation = nextIncarnation;
  }

  id(conversation: number): ConversationId {
    return this.ids[conversation] ?? 'no conversation of this run';
  }

  /** Rises through all runs on one log, as the incarnations of a deployment do. */
  nextIncarnation(): number {
    return this.#nextIncarnation();
  }
}
