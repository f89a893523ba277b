import { utf8 } from '../shared/bytes.ts';
import type { Clock } from '../shared/clock.port.ts';
import type { Digest } from '../shared/digest.port.ts';
import type { Bytes, DeviceRef, Suite } from '../shared/ids.ts';
import type { KeyDirectory, Stock } from './key-directory.port.ts';

/** SHA-256 over the refs of a device's claimable bundles: one-time refs sorted, then the last resort's, each followed by a line feed. */
export const bundlesDigest = (
  digest: Digest,
  refs: { readonly oneTime: readonly string[]; readonly lastResort: string | null },
): Bytes =>
  digest.sha256(
    utf8([...refs.oneTime, `last ${refs.lastResort ?? '-'}`].map((line) => `${line}\n`).join('')),
  );

/** Lets a device see cheaply whether it and the directory mean the same bundles. */
export class CheckBundles {
  readonly #keys: KeyDirectory;
  readonly #clock: Clock;
  readonly #digest: Digest;

  constructor(keys: KeyDirectory, clock: Clock, digest: Digest) {
    this.#keys = keys;
    this.#clock = clock;
    this.#digest = digest;
  }

  stock(device: DeviceRef, suite: Suite): Promise<Stock> {
    return this.#keys.stock(device, suite, this.#clock.now());
  }

  async digest(device: DeviceRef, suite: Suite): Promise<Bytes> {
    return bundlesDigest(this.#digest, await this.#keys.refs(device, suite, this.#clock.now()));
  }
}
