import { directId, selfId } from '@sealpost/domain';
import type { WireChange, WireClaimed, WireConversation } from '@sealpost/protocol';
import { sha256 } from '@noble/hashes/sha2.js';
import { newClientId } from '../core/client-id.ts';
import type { Core } from '../core/ports.ts';
import { at, type ConversationRecord } from '../core/records.ts';
import type { DeviceRef, KeyBundle } from '../engine/engine.port.ts';
import type { Session } from '../session/session.ts';
import type { Synchronise } from '../sync/synchronise.ts';
import type { CommitChanges, Plan } from './commit-changes.ts';

type Role = 'owner' | 'admin' | 'member';

const bundlesOf = (claimed: WireClaimed, suite: string): KeyBundle[] =>
  claimed.bundles.map((bundle) => ({ ...bundle, suite }));

/** What members do with conversations: open, create, add, remove, leave, give roles, join, repair, reset. */
export class ChangeConversations {
  readonly #core: Core;
  readonly #session: Session;
  readonly #sync: Synchronise;
  readonly #commits: CommitChanges;

  constructor(core: Core, session: Session, sync: Synchronise, commits: CommitChanges) {
    this.#core = core;
    this.#session = session;
    this.#sync = sync;
    this.#commits = commits;
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

  async add(
    conversation: string,
    accounts: readonly string[],
    profile: Uint8Array | null,
  ): Promise<void> {
    await this.#commits.commit(conversation, async () => {
      const now = await this.describe(conversation);
      const present = new Set(now.members.map(({ account }) => account));
      const missing = [...new Set(accounts)].filter((account) => !present.has(account));
      if (missing.length === 0) return null;
      const bundles = await this.#claim(now.suite, missing);
      return this.#member(
        now,
        { adds: bundles, removes: [], profile },
        { addMembers: missing.map((account) => ({ account, role: 'member' })) },
      );
    });
  }

  async remove(conversation: string, account: string): Promise<void> {
    await this.#commits.commit(conversation, async () => {
      const now = await this.describe(conversation);
      if (!now.members.some((member) => member.account === account)) return null;
      const removes = now.devices.filter((device) => device.account === account);
      return this.#member(now, { adds: [], removes, profile: null }, { removeMembers: [account] });
    });
  }

  /** Takes devices that the roster no longer has out of the keys: then anybody can send again. */
  async repair(conversation: string): Promise<void> {
    await this.#commits.commit(conversation, async () => {
      const now = await this.describe(conversation);
      return now.owed.length === 0
        ? null
        : this.#member(now, { adds: [], removes: [], profile: null }, {});
    });
  }

  /** Fresh keys for this device: what an attacker may have learnt is worth nothing afterwards. */
  async refreshKeys(conversation: string): Promise<void> {
    let done = false;
    await this.#commits.commit(conversation, async () => {
      if (done) return null;
      done = true;
      return this.#member(
        await this.describe(conversation),
        { adds: [], removes: [], profile: null },
        {},
      );
    });
  }

  /** Leaves; `heir` becomes an owner. The keys are changed by whoever sends next. */
  async leave(conversation: string, heir: string | null): Promise<void> {
    const me = await this.#session.me();
    const setRoles = heir === null ? [] : [{ account: heir, role: 'owner' as Role }];
    await this.#roster(conversation, { removeMembers: [me.account], setRoles });
  }

  async setRole(conversation: string, account: string, role: Role): Promise<void> {
    await this.#roster(conversation, { setRoles: [{ account, role }] });
  }

  /** Brings this device into the keys by itself: a new device, or one whose keys cannot follow the log any more. */
  async join(conversation: string): Promise<void> {
    const me = await this.#session.me();
    await this.#commits.commit(conversation, async () => {
      const record = await this.#sync.record(conversation);
      if (record?.keyed && !record.broken) return null;
      const { devices } = await this.describe(conversation);
      const { generation, epoch, bytes } = await this.#session.need('joinInformation', {
        params: { conversation },
      });
      // Nobody is left who could follow a commit from outside, or nothing to build one on.
      const alone = devices.every(({ device }) => device === me.device);
      if (alone || bytes === null) return this.#reset(conversation);
      return {
        kind: 'commit',
        generation,
        epoch,
        change: { mode: 'external', addDevices: [refOf(me)] },
        stage: (draft, clientId) =>
          this.#core.engine.rejoin(draft, {
            conversation,
            generation,
            epoch: epoch + 1,
            clientId,
            groupInfo: bytes,
          }),
      };
    });
  }

  /** Starts a new group of keys: the cure for one that no device can follow. */
  async reset(conversation: string): Promise<void> {
    let done = false;
    await this.#commits.commit(conversation, async () => {
      if (done) return null;
      done = true;
      return this.#reset(conversation);
    });
  }

  describe(conversation: string): Promise<WireConversation> {
    return this.#session.need('conversation', { params: { conversation } });
  }

  async #reset(conversation: string): Promise<Plan> {
    const me = await this.#session.me();
    const now = await this.describe(conversation);
    const peers = await this.#claim(
      now.suite,
      now.members.map(({ account }) => account),
    );
    const generation = now.generation + 1;
    return {
      kind: 'commit',
      generation: now.generation,
      epoch: now.epoch,
      change: { mode: 'found', addDevices: [refOf(me), ...peers.map(({ device }) => device)] },
      stage: (draft, clientId) =>
        this.#core.engine.found(draft, {
          conversation,
          generation,
          epoch: now.epoch + 1,
          clientId,
          peers,
          profile: null,
        }),
    };
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
    if (!record?.keyed || record.broken) await this.join(conversation);
  }

  /** Opening what somebody else opened at the same moment drops one's own group; theirs is joined by its Welcome. */
  async #found(
    conversation: string,
    kind: 'direct' | 'self' | 'group',
    members: WireChange['addMembers'],
    profile: Uint8Array | null,
  ): Promise<void> {
    const me = await this.#session.me();
    const { suite } = this.#core.engine;
    const outcome = await this.#commits.commit(conversation, async () => {
      const record = await this.#sync.record(conversation);
      if (record && record.cursor > 0) return null;
      const peers = await this.#claim(
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
          addDevices: [refOf(me), ...peers.map(({ device }) => device)],
        },
        stage: (draft, clientId) =>
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

  /** A commit by a member: covers what is owed, whatever else it does. */
  #member(
    now: WireConversation,
    commit: {
      adds: readonly KeyBundle[];
      removes: readonly DeviceRef[];
      profile: Uint8Array | null;
    },
    change: Partial<WireChange>,
  ): Plan {
    const owed = now.devices.filter(({ device }) => now.owed.includes(device));
    const removes = [
      ...commit.removes,
      ...owed.filter(({ device }) => !commit.removes.some((removed) => removed.device === device)),
    ];
    const { conversation, generation, epoch } = now;
    return {
      kind: 'commit',
      generation,
      epoch,
      change: {
        mode: 'member',
        ...change,
        addDevices: commit.adds.map(({ device }) => ({ ...device })),
        removeDevices: removes.map((device) => ({ ...device })),
      },
      stage: (draft, clientId) =>
        this.#core.engine.commit(draft, {
          conversation,
          clientId,
          adds: commit.adds,
          removes,
          profile: commit.profile,
        }),
    };
  }

  async #claim(suite: string, accounts: readonly string[]): Promise<readonly KeyBundle[]> {
    const claimed = await this.#session.need('claimBundles', {
      body: { suite, accounts: [...new Set(accounts)], only: null },
    });
    return bundlesOf(claimed, suite);
  }

  async #roster(conversation: string, change: Partial<WireChange>): Promise<void> {
    const now = await this.describe(conversation);
    const none: WireChange = {
      mode: null,
      founding: null,
      addMembers: [],
      removeMembers: [],
      setRoles: [],
      addDevices: [],
      removeDevices: [],
      revokeDevices: [],
    };
    const clientId = newClientId(this.#core.clock, this.#core.random);
    const { generation, epoch } = now;
    await this.#session.need('append', {
      params: { conversation },
      body: {
        kind: 'roster',
        class: 'quiet',
        clientId,
        after: null,
        generation,
        epoch,
        change: { ...none, ...change },
        blobs: [],
        parts: [],
      },
    });
    await this.#sync.pull(conversation);
  }
}

const refOf = ({ account, device }: DeviceRef): { account: string; device: string } => ({
  account,
  device,
});
