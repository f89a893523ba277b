import type { AccountId, DeviceId, DeviceRef, Timestamp } from '@sealpost/domain';
import { dropBundles, lockShelf } from './bundle-shelves.ts';
import type { Queries } from './database.ts';
import { statement } from './statement.ts';

/** The account's row is the lock of everything that changes its devices. */
const LOCK_ACCOUNT = statement<{
  readonly handle: string | null;
  readonly account_key: Uint8Array | null;
  readonly deleted: boolean;
}>(
  'accounts.lock',
  'SELECT handle, account_key, deleted_at IS NOT NULL AS deleted FROM accounts WHERE id = $1 FOR UPDATE',
);

const DELETE_ACCOUNT = statement(
  'accounts.delete',
  `UPDATE accounts SET handle = NULL, password_hash = NULL, deleted_at = $2, device_list_version = device_list_version + 1
  WHERE id = $1`,
);

const HOLD_HANDLE = statement(
  'accounts.hold_handle',
  'UPDATE handles SET free_at = $2 WHERE handle = $1',
);

const REVOKE_DEVICES = statement<{ readonly id: string }>(
  'accounts.revoke_devices',
  `UPDATE devices SET status = 'revoked', revoked_at = $2 WHERE account = $1 AND status <> 'revoked' RETURNING id`,
);

const BLANK_NAMES = statement(
  'accounts.blank_names',
  `UPDATE devices SET name = '' WHERE account = $1`,
);

const FORGET_BLOCKS = statement('accounts.forget_blocks', 'DELETE FROM blocks WHERE owner = $1');

const REVOKE_DEVICE = statement(
  'devices.revoke',
  `UPDATE devices SET status = 'revoked', revoked_at = $2 WHERE id = $1`,
);

const RAISE_VERSION = statement(
  'devices.raise_version',
  'UPDATE accounts SET device_list_version = device_list_version + 1 WHERE id = $1',
);

const LOCK_SESSIONS = statement(
  'devices.lock_sessions',
  'SELECT FROM sessions WHERE account = $1 ORDER BY id FOR UPDATE',
);

const REVOKE_SESSIONS = statement<{ readonly id: string }>(
  'devices.revoke_sessions',
  `UPDATE sessions SET revoked_at = $3
  WHERE account = $1 AND ($2::text IS NULL OR device = $2) AND revoked_at IS NULL RETURNING id`,
);

const FORGET_LINK = statement('devices.forget_link', 'DELETE FROM device_links WHERE device = $1');
const FORGET_PACKAGE = statement(
  'devices.forget_package',
  'DELETE FROM link_packages WHERE device = $1',
);

/** One task for each conversation that the account is a member of, as far as the index knows, which never understates. */
const WRITE_TASKS = statement(
  'devices.write_tasks',
  `INSERT INTO roster_tasks (id, conversation, account, device)
  SELECT $1, conversation, account, $3 FROM memberships WHERE account = $2 AND until IS NULL ORDER BY conversation`,
);

export async function lockAccount(transaction: Queries, account: AccountId) {
  const [row] = await transaction.rows(LOCK_ACCOUNT, [account]);
  return row ?? null;
}

export async function raiseVersion(transaction: Queries, account: AccountId): Promise<void> {
  await transaction.rows(RAISE_VERSION, [account]);
}

/** Revokes a device whose account is locked. Answers the sessions that ended. */
export async function endDevice(
  transaction: Queries,
  { account, device }: DeviceRef,
  at: { readonly now: Timestamp; readonly taskId: string },
): Promise<readonly string[]> {
  await transaction.rows(REVOKE_DEVICE, [device, at.now]);
  await raiseVersion(transaction, account);
  await forgetDevice(transaction, { account, device });
  return endSessionsAndWriteTasks(transaction, account, device, at);
}

/** Answers the sessions that ended. */
export async function endAccount(
  transaction: Queries,
  account: AccountId,
  at: { readonly now: Timestamp; readonly handleFreeAt: Timestamp; readonly taskId: string },
): Promise<readonly string[]> {
  const stored = await lockAccount(transaction, account);
  if (stored === null || stored.deleted) return [];
  await transaction.rows(DELETE_ACCOUNT, [account, at.now]);
  await transaction.rows(HOLD_HANDLE, [stored.handle, at.handleFreeAt]);
  const devices = await transaction.rows(REVOKE_DEVICES, [account, at.now]);
  for (const device of devices.map(({ id }) => id).sort())
    await forgetDevice(transaction, { account, device });
  await transaction.rows(BLANK_NAMES, [account]);
  await transaction.rows(FORGET_BLOCKS, [account]);
  return endSessionsAndWriteTasks(transaction, account, null, at);
}

async function forgetDevice(transaction: Queries, device: DeviceRef): Promise<void> {
  await transaction.rows(FORGET_LINK, [device.device]);
  await transaction.rows(FORGET_PACKAGE, [device.device]);
  await lockShelf(transaction, device);
  await dropBundles(transaction, device);
}

async function endSessionsAndWriteTasks(
  transaction: Queries,
  account: AccountId,
  device: DeviceId | null,
  at: { readonly now: Timestamp; readonly taskId: string },
): Promise<readonly string[]> {
  await transaction.rows(WRITE_TASKS, [at.taskId, account, device]);
  await transaction.rows(LOCK_SESSIONS, [account]);
  return (await transaction.rows(REVOKE_SESSIONS, [account, device, at.now])).map(({ id }) => id);
}
