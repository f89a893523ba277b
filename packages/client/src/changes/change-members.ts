import type { WireChange, WireConversation } from '@sealpost/protocol';
import { newClientId } from '../core/client-id.ts';
import type { Core } from '../core/ports.ts';
import { SealpostError } from '../core/sealpost-error.ts';
import type { DeviceRef, KeyBundle } from '../engine/engine.port.ts';
import type { Session } from '../session/session.ts';
import type { Synchronise } from '../sync/synchronise.ts';
import type { CommitChanges, Plan } from './commit-changes.ts';
import { Consult } from './consult.ts';
import { wireChange } from './wire-change.ts';

type Role = 'owner' | 'admin' | 'member';

/** What members do with a conversation that they are in: add, remove, leave, give roles, change keys. */
export class ChangeMembers {
  readonly #core: Core;
  readonly #session: Session;
  readonly #sync: Synchronise;
  readonly #commits: CommitChanges;
  readonly #consult: Consult;

  constructor(core: Core, session: Session, sync: Synchronise, commits: CommitChanges) {
    this.#core = core;
    this.#session = session;
    this.#sync = sync;
    this.#commits = commits;
    this.#consult = new Consult(session);
  }

  async add(
    conversation: string,
    accounts: readonly string[],
    profile: Uint8Array | null,
  ): Promise<void> {
    // Who left, and is in the keys until somebody changes them, comes back by a change after the one that takes it out.
    for (let returning = true; returning;) {
      await this.#commits.commit(conversation, async () => {
        const now = await this.#consult.conversation(conversation);
        const present = new Set(now.members.map(({ account }) => account));
        const missing = [...new Set(accounts)].filter((account) => !present.has(account));
        returning = now.devices.some(
          ({ account, device }) => missing.includes(account) && now.owed.includes(device),
        );
        if (returning) return this.#member(now, { adds: [], removes: [], profile: null }, {});
        if (missing.length === 0) return null;
        const bundles = await this.#consult.bundles(now.suite, missing);
        return this.#member(
          now,
          { adds: bundles, removes: [], profile },
          { addMembers: missing.map((account) => ({ account, role: 'member' })) },
        );
      });
    }
  }

  async remove(conversation: string, account: string): Promise<void> {
    await this.#commits.commit(conversation, async () => {
      const now = await this.#consult.conversation(conversation);
      if (!now.members.some((member) => member.account === account)) return null;
      const removes = now.devices.filter((device) => device.account === account);
      return this.#member(now, { adds: [], removes, profile: null }, { removeMembers: [account] });
    });
  }

  /** Takes devices that the roster no longer has out of the keys: then anybody can send again. */
  async repair(conversation: string): Promise<void> {
    await this.#commits.commit(conversation, async () => {
      const now = await this.#consult.conversation(conversation);
      return now.owed.length === 0
        ? null
        : this.#member(now, { adds: [], removes: [], profile: null }, {});
    });
  }

  /** Fresh keys for this device: what an attacker may have learnt is worth nothing afterwards. A change that wins meanwhile is none of them. */
  async refreshKeys(conversation: string): Promise<void> {
    await this.#commits.commit(conversation, async () =>
      this.#member(
        await this.#consult.conversation(conversation),
        { adds: [], removes: [], profile: null },
        {},
      ),
    );
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

  /** A commit by a member: covers what is owed, whatever else it does. Rejects where that is this device itself. */
  async #member(
    now: WireConversation,
    commit: {
      adds: readonly KeyBundle[];
      removes: readonly DeviceRef[];
      profile: Uint8Array | null;
    },
    change: Partial<WireChange>,
  ): Promise<Plan> {
    const { device: own } = await this.#session.me();
    // It was revoked, and will hear so: nobody takes himself out of the keys.
    if (now.owed.includes(own)) throw new SealpostError('state', 'not_in_keys');
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
        removeDevices: removes.map((device) => ({ ...device })),
      },
      bundles: commit.adds,
      stage: (draft, clientId, adds) =>
        this.#core.engine.commit(draft, {
          conversation,
          clientId,
          adds,
          removes,
          profile: commit.profile,
        }),
    };
  }

  async #roster(conversation: string, change: Partial<WireChange>): Promise<void> {
    const { generation, epoch, members } = await this.#consult.conversation(conversation);
    const present = new Set(members.map(({ account }) => account));
    if (change.setRoles?.some(({ account }) => !present.has(account)))
      throw new SealpostError('refused', 'not_a_member');
    const clientId = newClientId(this.#core.clock, this.#core.random);
    await this.#session.need('append', {
      params: { conversation },
      body: {
        kind: 'roster',
        class: 'quiet',
        clientId,
        after: null,
        generation,
        epoch,
        change: wireChange(change),
        blobs: [],
        parts: [],
      },
    });
    await this.#sync.pull(conversation);
  }
}
