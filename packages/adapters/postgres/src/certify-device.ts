import type { AccountId, Bytes, DeviceId, DeviceStatus, Timestamp } from '@sealpost/domain';
import type { Queries } from './database.ts';
import { lockAccount, raiseVersion } from './end-account.ts';
import { statement } from './statement.ts';

export interface FirstKeys {
  readonly accountKey: Bytes;
  readonly signatureKey: Bytes;
  readonly certificate: Bytes;
  readonly certifiedAt: Timestamp;
}

export interface Approval {
  readonly by: DeviceId;
  readonly certificate: Bytes;
  readonly certifiedAt: Timestamp;
  readonly package: Bytes;
  readonly packageExpiresAt: Timestamp;
  readonly limit: number;
}

const ACCOUNT_OF = statement<{ readonly account: string }>(
  'devices.account_of',
  'SELECT account FROM devices WHERE id = $1',
);

const STATUS_OF = statement<{ readonly status: DeviceStatus }>(
  'devices.status_of',
  'SELECT status FROM devices WHERE id = $1',
);

const SET_ACCOUNT_KEY = statement(
  'accounts.set_key',
  'UPDATE accounts SET account_key = $2 WHERE id = $1',
);

const CERTIFY = statement(
  'devices.certify',
  `UPDATE devices
  SET status = 'certified', certificate = $2, certified_at = $3, signature_key = coalesce($4, signature_key)
  WHERE id = $1`,
);

const REVEALED = statement<{ readonly revealed: boolean }>(
  'devices.revealed',
  'SELECT reveal IS NOT NULL AS revealed FROM device_links WHERE device = $1 AND offered_by = $2',
);

const COUNT_CERTIFIED = statement<{ readonly certified: number }>(
  'devices.count_certified',
  `SELECT count(*) AS certified FROM devices WHERE account = $1 AND status = 'certified'`,
);

const LEAVE_PACKAGE = statement(
  'devices.leave_package',
  `INSERT INTO link_packages (device, package, expires_at) VALUES ($1, $2, $3)
  ON CONFLICT (device) DO UPDATE SET package = excluded.package, expires_at = excluded.expires_at`,
);

/** Locks the device's account, by which its status stands still; null when there is no pending device of this id. */
async function lockPending(transaction: Queries, device: DeviceId) {
  const [owned] = await transaction.rows(ACCOUNT_OF, [device]);
  if (owned === undefined) return null;
  const account = await lockAccount(transaction, owned.account);
  const [current] = await transaction.rows(STATUS_OF, [device]);
  return current?.status === 'pending'
    ? { id: owned.account as AccountId, hasKey: (account?.account_key ?? null) !== null }
    : null;
}

export async function certifyFirstDevice(
  transaction: Queries,
  device: DeviceId,
  { accountKey, signatureKey, certificate, certifiedAt }: FirstKeys,
): Promise<'certified' | 'has_key' | 'not_pending'> {
  const account = await lockPending(transaction, device);
  if (account === null) return 'not_pending';
  if (account.hasKey) return 'has_key';
  await transaction.rows(SET_ACCOUNT_KEY, [account.id, accountKey]);
  await transaction.rows(CERTIFY, [device, certificate, certifiedAt, signatureKey]);
  await raiseVersion(transaction, account.id);
  return 'certified';
}

export async function approveDevice(
  transaction: Queries,
  device: DeviceId,
  approval: Approval,
): Promise<'certified' | 'not_pending' | 'not_revealed' | 'too_many_devices'> {
  const account = await lockPending(transaction, device);
  if (account === null) return 'not_pending';
  const [link] = await transaction.rows(REVEALED, [device, approval.by]);
  if (!link?.revealed) return 'not_revealed';
  const [counted] = await transaction.rows(COUNT_CERTIFIED, [account.id]);
  if ((counted?.certified ?? 0) >= approval.limit) return 'too_many_devices';
  await transaction.rows(CERTIFY, [device, approval.certificate, approval.certifiedAt, null]);
  await transaction.rows(LEAVE_PACKAGE, [device, approval.package, approval.packageExpiresAt]);
  await raiseVersion(transaction, account.id);
  return 'certified';
}
