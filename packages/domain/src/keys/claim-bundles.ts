import type { AccountStore } from '../account/account-store.port.ts';
import type { DeviceStore } from '../account/device-store.port.ts';
import type { FanOut } from '../log/fan-out.port.ts';
import type { Clock } from '../shared/clock.port.ts';
import type { AccountId, DeviceRef, Suite } from '../shared/ids.ts';
import type { Limits } from '../shared/limits.ts';
import type { Meter } from '../shared/meter.port.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import type { ClaimedBundle, KeyDirectory } from './key-directory.port.ts';
import type { Claim, ClaimRefusal } from './key-refusal.ts';

export interface ClaimBundlesPorts {
  readonly keys: KeyDirectory;
  readonly devices: DeviceStore;
  readonly accounts: AccountStore;
  readonly fanOut: FanOut;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly limits: Limits;
}

/** Hands out one bundle for every certified device of the accounts asked for, the caller's own device left out. */
export class ClaimBundles {
  readonly #ports: ClaimBundlesPorts;

  constructor(ports: ClaimBundlesPorts) {
    this.#ports = ports;
  }

  /** With `only`, just those devices. Accounts that do not accept the caller refuse the whole claim before anything is spent. */
  async execute(
    caller: DeviceRef,
    wanted: {
      readonly suite: Suite;
      readonly accounts: readonly AccountId[];
      readonly only: readonly string[] | null;
    },
  ): Promise<Result<Claim<ClaimedBundle>, ClaimRefusal>> {
    const { accounts, devices, keys, clock, limits } = this.#ports;
    const asking = await devices.find(caller.device);
    if (asking?.status !== 'certified') return refuse({ code: 'not_certified' });
    const others = wanted.accounts.filter((account) => account !== caller.account);
    const refusing = others.length > 0 ? await accounts.refusing(caller.account, others) : [];
    if (refusing.length > 0) return refuse({ code: 'not_accepting', accounts: refusing });
    const targets = (await devices.certified([...new Set(wanted.accounts)]))
      .filter(
        ({ id }) => id !== caller.device && (wanted.only === null || wanted.only.includes(id)),
      )
      .map(({ id, account }) => ({ account, device: id }));
    const limit = limits.devicesPerConversation;
    if (targets.length > limit) return refuse({ code: 'too_many_devices', limit });
    const bundles = await keys.claim(targets, wanted.suite, clock.now());
    this.#report(bundles);
    const served = new Set(bundles.map(({ device }) => device.device));
    return ok({ bundles, without: targets.filter(({ device }) => !served.has(device)) });
  }

  /** A device learns its stock after each claim (G12). */
  #report(bundles: readonly ClaimedBundle[]): void {
    const { fanOut, meter } = this.#ports;
    for (const { device, lastResort } of bundles) {
      meter.count(lastResort ? 'last_resort_claimed' : 'bundles_claimed');
      fanOut.announce({ kind: 'stock_changed', ...device });
    }
  }
}
