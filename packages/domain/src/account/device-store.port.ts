import type { AccountId, Bytes, ConversationId, DeviceId, Timestamp } from '../shared/ids.ts';

export type DeviceStatus = 'pending' | 'certified' | 'revoked';

export interface Device {
  readonly id: DeviceId;
  readonly account: AccountId;
  readonly name: string;
  readonly status: DeviceStatus;
  /** Ed25519 public key of the device's leaves; null until published. */
  readonly signatureKey: Bytes | null;
  /** Signature of the account key over the device; null until certified. */
  readonly certificate: Bytes | null;
  readonly certifiedAt: Timestamp | null;
  readonly createdAt: Timestamp;
  readonly revokedAt: Timestamp | null;
}

/** What a pending device and the device that approves it tell each other through the server. */
export interface Link {
  /** From the pending device, at once: its ephemeral HPKE public key and the commitment to its nonce. */
  readonly linkKey: Bytes;
  readonly commitment: Bytes;
  /** From the approving device. */
  readonly offer: { readonly by: DeviceId; readonly nonce: Bytes } | null;
  /** From the pending device, once it has the offer: opens the commitment. */
  readonly reveal: Bytes | null;
}

/** A change of rosters that a revocation or a deletion owes; worked off conversation by conversation. */
export interface RosterTask {
  /** Names the revocation or deletion; the entry's client id is made of it, so that repeating the work is harmless. */
  readonly id: string;
  readonly conversation: ConversationId;
  readonly account: AccountId;
  /** The revoked device; null: the whole account leaves. */
  readonly device: DeviceId | null;
}

/**
 * Devices of accounts, their two-step enrolment and their revocation. A device moves from pending to certified to
 * revoked and never back. Every certification and revocation raises the account's device list version in the same transaction.
 */
export interface DeviceStore {
  /** A pending device takes no place among the account's devices but counts against `pendingLimit`. An id that is stored already is a fault. */
  enrol(
    device: {
      readonly id: DeviceId;
      readonly account: AccountId;
      readonly name: string;
      readonly now: Timestamp;
    },
    pendingLimit: number,
  ): Promise<'enrolled' | 'too_many_pending'>;
  find(id: DeviceId): Promise<Device | null>;
  /** All devices of the account, revoked ones too, oldest first. */
  list(account: AccountId): Promise<readonly Device[]>;
  /** The certified devices of these accounts. */
  certified(accounts: readonly AccountId[]): Promise<readonly Device[]>;
  /** The devices of these accounts that have a certificate, also those revoked since; each account's oldest first. */
  everCertified(accounts: readonly AccountId[]): Promise<readonly Device[]>;

  /** The account's first device: sets account key and certificate, if the account has no key and the device is pending. Of racing calls one succeeds. */
  certifyFirst(
    device: DeviceId,
    keys: {
      readonly accountKey: Bytes;
      readonly signatureKey: Bytes;
      readonly certificate: Bytes;
      readonly certifiedAt: Timestamp;
    },
  ): Promise<'certified' | 'has_key' | 'not_pending'>;

  /** Starts linking over; drops an earlier offer. */
  publishLink(
    device: DeviceId,
    link: { readonly signatureKey: Bytes; readonly linkKey: Bytes; readonly commitment: Bytes },
  ): Promise<'published' | 'not_pending'>;
  link(device: DeviceId): Promise<Link | null>;
  /** One offer per published link: the same one may be repeated, another one is refused. */
  offerLink(
    device: DeviceId,
    offer: { readonly by: DeviceId; readonly nonce: Bytes },
  ): Promise<'offered' | 'not_published' | 'already_offered'>;
  revealLink(device: DeviceId, reveal: Bytes): Promise<'revealed' | 'no_offer'>;
  /** Certifies a pending device and leaves the sealed package for it, if its offer came from `by` and was revealed, and the account has fewer than `limit` certified devices. */
  approve(
    device: DeviceId,
    approval: {
      readonly by: DeviceId;
      readonly certificate: Bytes;
      readonly certifiedAt: Timestamp;
      readonly package: Bytes;
      readonly packageExpiresAt: Timestamp;
      readonly limit: number;
    },
  ): Promise<'certified' | 'not_pending' | 'not_revealed' | 'too_many_devices'>;
  /** Hands out the package once and forgets the link that it ends; null: none, taken, or expired (from `packageExpiresAt` on). */
  takePackage(device: DeviceId, now: Timestamp): Promise<Bytes | null>;

  /**
   * Revokes a device together with its sessions and bundles, and writes one roster task per conversation that its
   * account is a member of, by the index, all in one transaction: whoever sees the device revoked sees all of it.
   * Answers the sessions revoked by it; null when the device was revoked before or does not exist.
   */
  revoke(
    device: DeviceId,
    at: { readonly now: Timestamp; readonly taskId: string },
  ): Promise<readonly string[] | null>;

  /** In the order in which their revocations were made. */
  rosterTasks(limit: number): Promise<readonly RosterTask[]>;
  /** Repeating it changes nothing. */
  rosterTaskDone(task: RosterTask): Promise<void>;
}
