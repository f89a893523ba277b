import type { Account, AccountId, AccountStore, Timestamp } from '@sealpost/domain';
import { copied } from './copied.ts';
import { duplicateId, type MemoryState } from './memory-state.ts';
import { revokeDevice, writeRosterTasks } from './revocation.ts';

export class MemoryAccountStore implements AccountStore {
  readonly #state: MemoryState;
  constructor(state: MemoryState) {
    this.#state = state;
  }

  async create(account: {
    readonly id: AccountId;
    readonly handle: string;
    readonly passwordHash: string;
    readonly now: Timestamp;
  }): Promise<'created' | 'handle_taken'> {
    this.#state.ensureOpen('create');
    const { id, handle, passwordHash, now } = account;
    if (this.#state.accounts.has(id)) throw duplicateId('create');
    const holder = this.#state.handles.get(handle);
    if (holder && (holder.freeAt === null || holder.freeAt > now)) return 'handle_taken';
    this.#state.handles.set(handle, { account: id, freeAt: null });
    this.#state.accounts.set(id, {
      account: {
        id,
        handle,
        accountKey: null,
        deviceListVersion: 0,
        createdAt: now,
        deletedAt: null,
      },
      passwordHash,
      blocked: new Set(),
    });
    return 'created';
  }

  async find(id: AccountId): Promise<Account | null> {
    this.#state.ensureOpen('find');
    return this.#find(id);
  }

  async findAll(ids: readonly AccountId[]): Promise<readonly Account[]> {
    this.#state.ensureOpen('findAll');
    return [...new Set(ids)].flatMap((id) => this.#find(id) ?? []);
  }

  async findByHandle(handle: string): Promise<Account | null> {
    this.#state.ensureOpen('findByHandle');
    const holder = this.#state.handles.get(handle);
    return holder && holder.freeAt === null ? this.#find(holder.account) : null;
  }

  async passwordHash(id: AccountId): Promise<string | null> {
    this.#state.ensureOpen('passwordHash');
    return this.#state.accounts.get(id)?.passwordHash ?? null;
  }

  async setPasswordHash(id: AccountId, hash: string): Promise<void> {
    this.#state.ensureOpen('setPasswordHash');
    const stored = this.#state.accounts.get(id);
    if (stored && stored.account.deletedAt === null) stored.passwordHash = hash;
  }

  async block(owner: AccountId, blocked: AccountId): Promise<void> {
    this.#state.ensureOpen('block');
    this.#state.accounts.get(owner)?.blocked.add(blocked);
  }

  async unblock(owner: AccountId, blocked: AccountId): Promise<void> {
    this.#state.ensureOpen('unblock');
    this.#state.accounts.get(owner)?.blocked.delete(blocked);
  }

  async blockedBy(owner: AccountId): Promise<readonly AccountId[]> {
    this.#state.ensureOpen('blockedBy');
    return [...(this.#state.accounts.get(owner)?.blocked ?? [])];
  }

  async refusing(account: AccountId, owners: readonly AccountId[]): Promise<readonly AccountId[]> {
    this.#state.ensureOpen('refusing');
    return owners.filter((owner) => {
      const stored = this.#state.accounts.get(owner);
      return stored && (stored.account.deletedAt !== null || stored.blocked.has(account));
    });
  }

  async delete(
    id: AccountId,
    at: { readonly now: Timestamp; readonly handleFreeAt: Timestamp; readonly taskId: string },
  ): Promise<readonly string[]> {
    this.#state.ensureOpen('delete');
    const stored = this.#state.accounts.get(id);
    if (!stored || stored.account.deletedAt !== null) return [];
    const { handle } = stored.account;
    if (handle !== null) this.#state.handles.set(handle, { account: id, freeAt: at.handleFreeAt });
    stored.account = { ...stored.account, handle: null, deletedAt: at.now };
    stored.passwordHash = null;
    stored.blocked.clear();
    const devices = [...this.#state.devices.values()].filter(({ device }) => device.account === id);
    const sessions = devices
      .filter(({ device }) => device.status !== 'revoked')
      .flatMap((device) => revokeDevice(this.#state, device, at.now));
    for (const one of devices) one.device = { ...one.device, name: '' };
    writeRosterTasks(this.#state, { id: at.taskId, account: id, device: null });
    return sessions;
  }

  #find(id: AccountId): Account | null {
    return copied(this.#state.accounts.get(id)?.account) ?? null;
  }
}
