import type { ConversationId, ConversationLog } from '@sealpost/domain';
import { aConversationId } from '../../builders/ids.ts';

/** The log under test and the conversations that stand for the model's. */
export class RealLog {
  readonly log: ConversationLog;
  readonly ids: readonly ConversationId[] = [aConversationId(), aConversationId()];

  constructor(log: ConversationLog) {
    this.log = log;
  }

  id(conversation: number): ConversationId {
    return this.ids[conversation] ?? 'no conversation of the model';
  }
}
