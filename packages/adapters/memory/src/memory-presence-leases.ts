import type { AccountId, DeviceId, PresenceLeases, Timestamp } from '@sealpost/domain';
import { MemoryState } from './memory-state.ts';

export class MemoryPresenceLeases implements PresenceLeases {
  readonly #leases = new Map<AccountId, Map<DeviceId, Timestamp>>();
  readonly #state: MemoryState;
  constructor(state: MemoryState = new MemoryState()) {
    this.#state = state;
  }

  async renew(
    account: AccountId,
    device: DeviceId,
    until: Timestamp,
    now: Timestamp,
  ): Promise<boolean> {
    this.#state.ensureOpen('renew');
    const wasOffline = !this.#isOnline(account, now);
    const leases = this.#leases.get(account) ?? new Map<DeviceId, Timestamp>();
    this.#leases.set(account, leases.set(device, until));
    return wasOffline;
  }

  async end(account: AccountId, device: DeviceId, now: Timestamp): Promise<boolean> {
    this.#state.ensureOpen('end');
    this.#leases.get(account)?.delete(device);
    return !this.#isOnline(account, now);
  }

  async online(accounts: readonly AccountId[], now: Timestamp): Promise<readonly AccountId[]> {
    this.#state.ensureOpen('online');
    return accounts.filter((account) => this.#isOnline(account, now));
  }

  /** Leases that have ended are forgotten on the way. */
  #isOnline(account: AccountId, now: Timestamp): boolean {
    const leases = this.#leases.get(account);
    if (!leases) return false;
    for (const [device, until] of leases) if (until <= now) leases.delete(device);
    if (leases.size === 0) this.#leases.delete(account);
    return leases.size > 0;
  }
}
