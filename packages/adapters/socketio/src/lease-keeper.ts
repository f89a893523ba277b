import type { DeviceId, DeviceRef, SharePresence } from '@sealpost/domain';
import { reportFault } from './report-fault.ts';
import type { TransportLog } from './transport-record.ts';

interface Wish {
  readonly device: DeviceRef;
  readonly lease: 'renew' | 'end';
}

const atOnce = 16;

/**
 * Renews and ends presence leases, together and now and then. Of several wishes for a device the last one counts, and
 * two are never on their way at once, so an end cannot overtake the renewal of before.
 */
export class LeaseKeeper {
  readonly #presence: Pick<SharePresence, 'renew' | 'end'>;
  readonly #log: TransportLog;
  #wishes = new Map<DeviceId, Wish>();
  #flushing: Promise<void> | null = null;

  constructor(presence: Pick<SharePresence, 'renew' | 'end'>, log: TransportLog) {
    this.#presence = presence;
    this.#log = log;
  }

  renew(device: DeviceRef): void {
    this.#wishes.set(device.device, { device, lease: 'renew' });
  }

  end(device: DeviceRef): void {
    this.#wishes.set(device.device, { device, lease: 'end' });
  }

  /** Resolves when what is wished by now is done, or has failed: a lease that is not renewed ends by itself. */
  flush(): Promise<void> {
    if (this.#wishes.size === 0 && this.#flushing === null) return Promise.resolve();
    this.#flushing ??= this.#run();
    return this.#flushing;
  }

  async #run(): Promise<void> {
    while (this.#wishes.size > 0) {
      const wishes = [...this.#wishes.values()];
      this.#wishes = new Map();
      const faults: unknown[] = [];
      const workers = Array.from({ length: Math.min(atOnce, wishes.length) }, () =>
        this.#work(wishes, faults),
      );
      await Promise.all(workers);
      if (faults.length > 0) reportFault(faults[0], 'presence', this.#log);
    }
    this.#flushing = null;
  }

  /** Takes from `wishes` until none is left; after a fault the rest is left to its own end. */
  async #work(wishes: Wish[], faults: unknown[]): Promise<void> {
    for (let wish = wishes.pop(); wish && faults.length === 0; wish = wishes.pop()) {
      try {
        await this.#presence[wish.lease](wish.device);
      } catch (thrown) {
        faults.push(thrown);
      }
    }
  }
}
