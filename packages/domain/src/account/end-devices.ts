import type { NotFound } from '../conversation/refusal.ts';
import type { FanOut } from '../log/fan-out.port.ts';
import type { Clock } from '../shared/clock.port.ts';
import type { AccountId, DeviceId } from '../shared/ids.ts';
import type { Limits } from '../shared/limits.ts';
import type { RandomSource } from '../shared/random.port.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import type { AccessClaims } from './access-tokens.port.ts';
import type { AccountStore } from './account-store.port.ts';
import type { DeviceStore } from './device-store.port.ts';

export interface EndDevicesPorts {
  readonly devices: DeviceStore;
  readonly accounts: AccountStore;
  readonly fanOut: FanOut;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly limits: Limits;
  /** Told that roster tasks wait. */
  readonly tasksWritten: () => void;
}

/**
 * Revokes devices and deletes accounts. From the first instant they are stopped at the door; what conversations owe
 * for it is written down with the revocation and worked off afterwards (`WorkRosterTasks`).
 */
export class EndDevices {
  readonly #ports: EndDevicesPorts;

  constructor(ports: EndDevicesPorts) {
    this.#ports = ports;
  }

  /**
   * Any device of the account, the caller's own too; repeating it changes nothing. A pending device has shown no more than
   * a password, so it ends only others that are pending.
   */
  async revoke(
    { account, certified }: Pick<AccessClaims, 'account' | 'certified'>,
    id: DeviceId,
  ): Promise<Result<null, NotFound | { readonly code: 'not_certified' }>> {
    const { devices, clock, random } = this.#ports;
    const device = await devices.find(id);
    if (device?.account !== account) return refuse({ code: 'not_found' });
    if (!certified && device.status !== 'pending') return refuse({ code: 'not_certified' });
    const sessions = await devices.revoke(id, { now: clock.now(), taskId: random.id() });
    this.#announce(account, sessions ?? []);
    return ok(null);
  }

  async deleteAccount(account: AccountId): Promise<void> {
    const { accounts, clock, random, limits } = this.#ports;
    const now = clock.now();
    const sessions = await accounts.delete(account, {
      now,
      handleFreeAt: now + limits.handleQuarantineMs,
      taskId: random.id(),
    });
    this.#announce(account, sessions);
  }

  #announce(account: AccountId, sessions: readonly string[]): void {
    if (sessions.length > 0) this.#ports.fanOut.announce({ kind: 'sessions_revoked', sessions });
    this.#ports.fanOut.announce({ kind: 'devices_changed', account });
    this.#ports.tasksWritten();
  }
}
