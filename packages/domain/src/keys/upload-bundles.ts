import type { DeviceStore } from '../account/device-store.port.ts';
import { hex } from '../shared/bytes.ts';
import type { Clock } from '../shared/clock.port.ts';
import type { Digest } from '../shared/digest.port.ts';
import type { DeviceRef, Suite } from '../shared/ids.ts';
import type { Limits } from '../shared/limits.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import type { Bundle, KeyDirectory, Stock } from './key-directory.port.ts';
import type { UploadRefusal } from './key-refusal.ts';

/** Stores a certified device's fresh bundles, all of them or none. */
export class UploadBundles {
  readonly #ports: {
    readonly keys: KeyDirectory;
    readonly devices: DeviceStore;
    readonly clock: Clock;
    readonly digest: Digest;
    readonly limits: Limits;
  };

  constructor(ports: {
    keys: KeyDirectory;
    devices: DeviceStore;
    clock: Clock;
    digest: Digest;
    limits: Limits;
  }) {
    this.#ports = ports;
  }

  async execute(
    device: DeviceRef,
    suite: Suite,
    upload: { readonly oneTime: readonly Bundle[]; readonly lastResort: Bundle | null },
  ): Promise<Result<Stock, UploadRefusal>> {
    const { keys, devices, clock, limits } = this.#ports;
    const stored = await devices.find(device.device);
    if (stored?.status !== 'certified') return refuse({ code: 'not_certified' });
    const bundles = upload.lastResort ? [...upload.oneTime, upload.lastResort] : upload.oneTime;
    const bad = this.#bad(bundles);
    if (bad) return refuse(bad);
    const outcome = await keys.upload({
      device,
      suite,
      ...upload,
      now: clock.now(),
      limit: limits.oneTimeBundles,
    });
    return outcome.code === 'stored' ? ok(outcome.stock) : refuse(outcome);
  }

  #bad(bundles: readonly Bundle[]): UploadRefusal | null {
    const now = this.#ports.clock.now();
    const seen = new Set<string>();
    for (const { ref, body, expiresAt } of bundles) {
      if (seen.has(ref)) return { code: 'bad_bundle', ref, reason: 'repeated' };
      seen.add(ref);
      if (body.length === 0 || body.length > this.#ports.limits.bundleBytes)
        return { code: 'bad_bundle', ref, reason: 'size' };
      if (expiresAt <= now) return { code: 'bad_bundle', ref, reason: 'expired' };
      if (hex(this.#ports.digest.sha256(body)) !== ref)
        return { code: 'bad_bundle', ref, reason: 'digest' };
    }
    return null;
  }
}
