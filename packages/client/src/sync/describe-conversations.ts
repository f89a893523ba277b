import type { Core } from '../core/ports.ts';
import { at, type ConversationRecord } from '../core/records.ts';
import { SealpostError } from '../core/sealpost-error.ts';
import type { Session } from '../session/session.ts';

/**
 * Learns from the server what this device's part of the log does not tell: who was a member before it came, and what
 * changed among entries that expired before it read them.
 */
export class DescribeConversations {
  readonly #core: Core;
  readonly #session: Session;

  constructor(core: Core, session: Session) {
    this.#core = core;
    this.#session = session;
  }

  async execute(conversation: string): Promise<void> {
    const { vault, engine } = this.#core;
    const before = await vault.read<ConversationRecord>(at.conversation(conversation));
    const result = await this.#session.call('conversation', { params: { conversation } });
    if (!result.ok) {
      if (result.error.code !== 'not_found') throw SealpostError.refused(result.error);
      return this.#isGone(before);
    }
    const { kind, members, head, generation, epoch } = result.value;
    await vault.transact(async (draft) => {
      const record = await draft.read<ConversationRecord>(at.conversation(conversation));
      // What was read meanwhile knows better.
      if (!record || head < record.cursor) return;
      const keys = await engine.status(draft, conversation);
      const areInForce = keys?.generation === generation && keys.epoch === epoch;
      // Everything was read, and other keys are in force: they were changed where this device could not see it.
      const broken = record.broken || (record.keyed && head === record.cursor && !areInForce);
      const described = { ...record, kind, members, status: 'active' as const, broken };
      draft.write(at.conversation(conversation), described);
    });
    this.#core.events.emit('conversation', { conversation });
  }

  /** The account is a member no more, and the entry that says so was not given to this device. */
  async #isGone(before: ConversationRecord | null): Promise<void> {
    if (before?.status !== 'active') return;
    const { conversation } = before;
    const changed = await this.#core.vault.transact(async (draft) => {
      const record = await draft.read<ConversationRecord>(at.conversation(conversation));
      if (record?.cursor !== before.cursor) return false;
      const left = { ...record, status: 'left' as const, members: [], keyed: false };
      draft.write(at.conversation(conversation), { ...left, unjudged: false });
      return true;
    });
    if (changed) this.#core.events.emit('conversation', { conversation });
  }
}
