import type {
  ClaimedBundle,
  DeviceRef,
  KeyDirectory,
  Stock,
  Suite,
  Timestamp,
  Upload,
  UploadOutcome,
} from '@sealpost/domain';
import { BundleShelf } from './bundle-shelf.ts';
import type { MemoryState } from './memory-state.ts';

export class MemoryKeyDirectory implements KeyDirectory {
  readonly #state: MemoryState;
  constructor(state: MemoryState) {
    this.#state = state;
  }

  async upload(upload: Upload): Promise<UploadOutcome> {
    this.#state.ensureOpen('upload');
    const shelves = this.#state.shelvesOf(upload.device);
    const shelf = shelves.get(upload.suite) ?? new BundleShelf();
    const refusal = shelf.put(upload);
    if (refusal) return refusal;
    shelves.set(upload.suite, shelf);
    return { code: 'stored', stock: this.#stock(upload.device, upload.suite, upload.now) };
  }

  async claim(
    devices: readonly DeviceRef[],
    suite: Suite,
    now: Timestamp,
  ): Promise<readonly ClaimedBundle[]> {
    this.#state.ensureOpen('claim');
    return devices.flatMap((device) => {
      const bundle = this.#shelf(device, suite)?.take(now);
      return bundle ? [{ ...bundle, device: { ...device } }] : [];
    });
  }

  async stock(device: DeviceRef, suite: Suite, now: Timestamp): Promise<Stock> {
    this.#state.ensureOpen('stock');
    return this.#stock(device, suite, now);
  }

  async refs(
    device: DeviceRef,
    suite: Suite,
    now: Timestamp,
  ): Promise<{ readonly oneTime: readonly string[]; readonly lastResort: string | null }> {
    this.#state.ensureOpen('refs');
    const shelf = this.#shelf(device, suite);
    return {
      oneTime: shelf?.oneTimeRefs(now) ?? [],
      lastResort: shelf?.lastResort(now)?.ref ?? null,
    };
  }

  async drop(device: DeviceRef): Promise<void> {
    this.#state.ensureOpen('drop');
    for (const shelf of this.#state.shelvesOf(device).values()) shelf.spendAll();
  }

  async voidOneTime(): Promise<number> {
    this.#state.ensureOpen('voidOneTime');
    for (const shelves of this.#state.shelves.values()) {
      for (const shelf of shelves.values()) shelf.spendOneTime();
    }
    this.#state.directoryEpoch += 1;
    return this.#state.directoryEpoch;
  }

  #shelf(device: DeviceRef, suite: Suite): BundleShelf | undefined {
    return this.#state.shelvesOf(device).get(suite);
  }

  #stock(device: DeviceRef, suite: Suite, now: Timestamp): Stock {
    const shelf = this.#shelf(device, suite);
    const lastResort = shelf?.lastResort(now);
    return {
      suite,
      oneTime: shelf?.oneTimeRefs(now).length ?? 0,
      lastResort: lastResort ? (lastResort.used ? 'used' : 'fresh') : 'absent',
      directoryEpoch: this.#state.directoryEpoch,
    };
  }
}
