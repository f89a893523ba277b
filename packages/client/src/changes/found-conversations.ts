import { directId, selfId } from '@sealpost/domain';
import type { WireChange } from '@sealpost/protocol';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Core } from '../core/ports.ts';
import { at, type ConversationRecord } from '../core/records.ts';
import type { Session } from '../session/session.ts';
import type { Synchronise } from '../sync/synchronise.ts';
import type { CommitChanges } from './commit-changes.ts';
import { Consult } from './consult.ts';
import type { EnterKeys } from './enter-keys.ts';

type Role = 'owner' | 'admin' | 'member';

/** Makes conversations: the one with an account, the one among the own devices, groups. */
export class FoundConversations {
  readonly #core: Core;
  readonly #session: Session;
  readonly #sync: Synchronise;
  readonly #commits: CommitChanges;
  readonly #consult: Consult;
  readonly #enter: EnterKeys;

  constructor(
    core: Core,
    session: Session,
    sync: Synchronise,
    commits: CommitChanges,
    enter: EnterKeys,
  ) {
    this.#core = core;
    this.#session = session;
    this.#sync = sync;
    this.#commits = commits;
    this.#consult = new Consult(session);
    this.#enter = enter;
  }

  /** The one direct conversation with an account; whoever opened it. */
  async openDirect(account: string): Promise<string> {
    const me = await this.#session.me();
    const conversation = directId({ sha256 }, me.account, account);
    await this.#ensure(
      conversation,
      'direct',
      [
        { account: me.account, role: 'member' },
        { account, role: 'member' },
      ],
      null,
    );
    return conversation;
  }

  /** The conversation among the account's own devices. */
  async openSelf(): Promise<string> {
    const me = await this.#session.me();
    const conversation = selfId({ sha256 }, me.account);
    await this.#ensure(conversation, 'self', [{ account: me.account, role: 'owner' }], null);
    return conversation;
  }

  async createGroup(accounts: readonly string[], profile: Uint8Array): Promise<string> {
    const me = await this.#session.me();
    const conversation = this.#core.random.id();
    const others = [...new Set(accounts)].filter((account) => account !== me.account);
    const members = others.map((account) => ({ account, role: 'member' as Role }));
    await this.#found(
      conversation,
      'group',
      [{ account: me.account, role: 'owner' }, ...members],
      profile,
    );
    return conversation;
  }

  /** Notes what this device itself called a conversation: its own profile does not come back to it. */
  async entitle(conversation: string, title: string): Promise<void> {
    await this.#core.vault.transact(async (draft) => {
      const record = await draft.read<ConversationRecord>(at.conversation(conversation));
      if (record) draft.write(at.conversation(conversation), { ...record, title });
    });
  }

  /** Makes sure that the conversation exists and this device is in its keys. */
  async #ensure(
    conversation: string,
    kind: 'direct' | 'self',
    members: WireChange['addMembers'],
    profile: Uint8Array | null,
  ): Promise<void> {
    const known = await this.#core.vault.read<ConversationRecord>(at.conversation(conversation));
    if (known?.keyed && !known.broken) return;
    await this.#sync.pull(conversation);
    const found = await this.#sync.record(conversation);
    if (!found || found.cursor === 0) await this.#found(conversation, kind, members, profile);
    const record = await this.#sync.record(conversation);
    if (!record?.keyed || record.broken) await this.#enter.join(conversation);
  }

  /** Opening what somebody else opened at the same moment drops one's own group; theirs is joined by its Welcome. */
  async #found(
    conversation: string,
    kind: 'direct' | 'self' | 'group',
    members: WireChange['addMembers'],
    profile: Uint8Array | null,
  ): Promise<void> {
    const { suite } = this.#core.engine;
    const outcome = await this.#commits.commit(conversation, async () => {
      const record = await this.#sync.record(conversation);
      if (record && record.cursor > 0) return null;
      const bundles = await this.#consult.bundles(
        suite,
        members.map(({ account }) => account),
      );
      return {
        kind: 'created',
        generation: 1,
        epoch: 1,
        change: {
          mode: 'found',
          founding: { kind, suite },
          addMembers: members,
        },
        bundles,
        stage: (draft, clientId, peers) =>
          this.#core.engine.found(draft, {
            conversation,
            generation: 1,
            epoch: 1,
            clientId,
            peers,
            profile,
          }),
      };
    });
    if (typeof outcome === 'object') await this.#sync.pull(conversation);
  }
}
