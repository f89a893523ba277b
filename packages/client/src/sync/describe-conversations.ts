import type { Core } from '../core/ports.ts';
import { at, type ConversationRecord } from '../core/records.ts';
import type { Session } from '../session/session.ts';

/** Learns from the server what this device's part of the log does not tell: who was a member before it came, and after a restore, where the keys stand. */
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
    const { kind, members, generation, epoch, head } = result.value;
    await this.#core.vault.transact(async (draft) => {
      const record = await draft.read<ConversationRecord>(at.conversation(conversation));
      if (!record) return;
      const keys = await this.#core.engine.status(draft, conversation);
      // Keys that the log does not know, although it goes at least as far as we read: it was restored.
      const ahead =
        keys !== null &&
        head >= record.cursor &&
        (keys.generation > generation || keys.epoch > epoch);
      draft.write(at.conversation(conversation), {
        ...record,
        kind,
        members,
        status: 'active',
        broken: record.broken || ahead,
      });
    });
    this.#core.events.emit('conversation', { conversation });
  }
}
