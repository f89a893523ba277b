import type { Bytes, DeviceRef, Suite, Timestamp } from '../shared/ids.ts';

export interface Bundle {
  /** Lower-case hex SHA-256 of `body`. */
  readonly ref: string;
  readonly body: Bytes;
  /** From this instant on it is not handed out and counts nowhere. */
  readonly expiresAt: Timestamp;
}

export interface ClaimedBundle extends Bundle {
  readonly device: DeviceRef;
  readonly lastResort: boolean;
}

/** What a device has in the directory for a suite. */
export interface Stock {
  readonly suite: Suite;
  /** One-time bundles that can still be claimed. */
  readonly oneTime: number;
  readonly lastResort: 'absent' | 'fresh' | 'used';
  /** Raised by a restore, which voids every one-time bundle of before. */
  readonly directoryEpoch: number;
}

export interface Upload {
  readonly device: DeviceRef;
  readonly suite: Suite;
  readonly oneTime: readonly Bundle[];
  /** Replaces the stored one; null leaves it. */
  readonly lastResort: Bundle | null;
  readonly now: Timestamp;
  /** How many claimable one-time bundles the device may have for the suite. */
  readonly limit: number;
}

export type UploadOutcome =
  | { readonly code: 'stored'; readonly stock: Stock }
  /**
   * These bundles were handed out, voided, dropped or used as last resort before and can never come back. Nothing was
   * stored. Told before `too_many`.
   */
  | { readonly code: 'spent'; readonly refs: readonly string[] }
  /** Nothing was stored. */
  | { readonly code: 'too_many'; readonly limit: number; readonly present: number };

/**
 * Public key bundles of devices, waiting to be claimed by whoever adds the device to a conversation.
 *
 * - A one-time bundle is handed out at most once, ever: under concurrent claims, crashes and repeated uploads; its ref
 *   is remembered until it expires.
 * - Bundles leave in the order of upload, expired ones never.
 * - With no one-time bundle left, the last-resort bundle is handed out again and again, and is `used` from then on.
 * - Uploading a bundle that is present, in whichever place, changes nothing; the order of the first upload is kept.
 */
export interface KeyDirectory {
  upload(upload: Upload): Promise<UploadOutcome>;
  /** One bundle per device, in the order asked; devices that have none are left out. Durable before it answers. */
  claim(
    devices: readonly DeviceRef[],
    suite: Suite,
    now: Timestamp,
  ): Promise<readonly ClaimedBundle[]>;
  stock(device: DeviceRef, suite: Suite, now: Timestamp): Promise<Stock>;
  /** Refs of the claimable one-time bundles, sorted, and of the last-resort bundle. */
  refs(
    device: DeviceRef,
    suite: Suite,
    now: Timestamp,
  ): Promise<{ readonly oneTime: readonly string[]; readonly lastResort: string | null }>;
  /** Drops all bundles of a device. Their refs stay spent. */
  drop(device: DeviceRef): Promise<void>;
  /** Starts a new directory epoch: every one-time bundle is void and can never be claimed. Answers the new epoch. */
  voidOneTime(): Promise<number>;
}
