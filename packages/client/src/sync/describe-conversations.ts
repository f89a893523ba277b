import type { Core } from '../core/ports.ts';
import { at, type ConversationRecord } from '../core/records.ts';
import type { Session } from '../session/session.ts';

/** Learns from the server what this device's part of the log does not tell: who was a member before it came. */
export class DescribeConversations {
  readonly #core: Core;
  readonly #session: Session;

  constructor(core: Core, session: Session) {
    this.#core = core;
    this.#session = session;
  }

  async execute(conversation: string): Promise<void> {
    const result = await this.#session.call('conversation', { params: { conversation } });
    if (!result.ok) return;
    const { kind, members, head } = result.value;
    await this.#core.vault.transact(async (draft) => {
      const record = await draft.read<ConversationRecord>(at.conversation(conversation));
      // What was read meanwhile knows better.
      if (!record || head < record.cursor) return;
      draft.write(at.conversation(conversation), { ...record, kind, members, status: 'active' });
    });
    this.#core.events.emit('conversation', { conversation });
  }
}
