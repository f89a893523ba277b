/** Every bound that the domain enforces; all of them can be set in the configuration. */
export interface Limits {
  readonly messageBytes: number;
  readonly changeBytes: number;
  readonly devicesPerAccount: number;
  readonly pendingDevicesPerAccount: number;
  readonly devicesPerConversation: number;
  readonly oneTimeBundles: number;
  readonly bundleBytes: number;
  readonly refillBelow: number;
  readonly pageEntries: number;
  readonly pageBytes: number;
  readonly discoveryPage: number;
  /** Receipts are sent by themselves only in conversations of at most so many members. */
  readonly receiptMembers: number;
  readonly linkPackageBytes: number;
  readonly linkPackageMs: number;
  readonly accessTokenMs: number;
  readonly refreshTokenMs: number;
  /** How long the answer to a refresh may be asked for again with the same token. */
  readonly refreshGraceMs: number;
  readonly handleQuarantineMs: number;
}

const KiB = 1024;
const minute = 60_000;
const day = 24 * 60 * minute;

export const defaultLimits: Limits = {
  messageBytes: 96 * KiB,
  changeBytes: 2 * KiB * KiB,
  devicesPerAccount: 10,
  pendingDevicesPerAccount: 3,
  devicesPerConversation: 512,
  oneTimeBundles: 100,
  bundleBytes: 16 * KiB,
  refillBelow: 25,
  pageEntries: 500,
  pageBytes: 4 * KiB * KiB,
  discoveryPage: 200,
  receiptMembers: 32,
  linkPackageBytes: 64 * KiB,
  linkPackageMs: 10 * minute,
  accessTokenMs: 10 * minute,
  refreshTokenMs: 90 * day,
  refreshGraceMs: minute,
  handleQuarantineMs: 30 * day,
};
