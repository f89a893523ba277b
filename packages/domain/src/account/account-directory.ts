import type { NotFound } from '../conversation/refusal.ts';
import type { AccountId } from '../shared/ids.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import type { Account, AccountStore } from './account-store.port.ts';
import type { Device, DeviceStore } from './device-store.port.ts';
import { normaliseHandle } from './handle.ts';

/** What others may know of an account: its key, and its devices with their certificates, revoked ones included. */
export interface AccountRecord {
  readonly account: Account;
  readonly devices: readonly Device[];
}

/** Finds accounts, and says whom one takes nothing from. */
export class AccountDirectory {
  readonly #accounts: AccountStore;
  readonly #devices: DeviceStore;

  constructor(accounts: AccountStore, devices: DeviceStore) {
    this.#accounts = accounts;
    this.#devices = devices;
  }

  /** By exact handle, whatever its case. */
  async byHandle(handle: string): Promise<Result<AccountRecord, NotFound>> {
    const normal = normaliseHandle(handle);
    const account = normal === null ? null : await this.#accounts.findByHandle(normal);
    return this.#one(account);
  }

  async byId(id: AccountId): Promise<Result<AccountRecord, NotFound>> {
    return this.#one(await this.#accounts.find(id));
  }

  /** Those of these that exist, in no order. */
  async byIds(ids: readonly AccountId[]): Promise<readonly AccountRecord[]> {
    return this.#records(await this.#accounts.findAll(ids));
  }

  devices(account: AccountId): Promise<readonly Device[]> {
    return this.#devices.list(account);
  }

  async block(owner: AccountId, blocked: AccountId): Promise<Result<null, NotFound>> {
    if (owner === blocked || !(await this.#accounts.find(blocked)))
      return refuse({ code: 'not_found' });
    await this.#accounts.block(owner, blocked);
    return ok(null);
  }

  unblock(owner: AccountId, blocked: AccountId): Promise<void> {
    return this.#accounts.unblock(owner, blocked);
  }

  blocked(owner: AccountId): Promise<readonly AccountId[]> {
    return this.#accounts.blockedBy(owner);
  }

  async #one(account: Account | null): Promise<Result<AccountRecord, NotFound>> {
    const [record] = account === null ? [] : await this.#records([account]);
    return record ? ok(record) : refuse({ code: 'not_found' });
  }

  /** Pending devices are the account's own affair. */
  async #records(accounts: readonly Account[]): Promise<readonly AccountRecord[]> {
    const devices = await this.#devices.everCertified(accounts.map(({ id }) => id));
    const byAccount = Map.groupBy(devices, (device) => device.account);
    return accounts.map((account) => ({ account, devices: byAccount.get(account.id) ?? [] }));
  }
}
