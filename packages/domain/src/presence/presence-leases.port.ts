import type { AccountId, DeviceId, Timestamp } from '../shared/ids.ts';

/** Which accounts have a connected device. A lease ends by itself; losing all of them loses nothing else. */
export interface PresenceLeases {
  /** Answers whether the account was offline before. */
  renew(account: AccountId, device: DeviceId, until: Timestamp, now: Timestamp): Promise<boolean>;
  /** Answers whether the account is offline now. */
  end(account: AccountId, device: DeviceId, now: Timestamp): Promise<boolean>;
  online(accounts: readonly AccountId[], now: Timestamp): Promise<readonly AccountId[]>;
}
