import type {
  AccountId,
  Bytes,
  Device,
  DeviceId,
  DeviceStatus,
  DeviceStore,
  Link,
  RosterTask,
  Timestamp,
} from '@sealpost/domain';
import type { Database } from './database.ts';
import {
  approveDevice,
  certifyFirstDevice,
  type Approval,
  type FirstKeys,
} from './certify-device.ts';
import { DeviceLinks } from './device-links.ts';
import { endDevice, lockAccount } from './end-account.ts';
import { packTexts } from './packed-arrays.ts';
import { statement } from './statement.ts';

interface DeviceRow {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly status: DeviceStatus;
  readonly signature_key: Bytes | null;
  readonly certificate: Bytes | null;
  readonly certified_at: number | null;
  readonly created_at: number;
  readonly revoked_at: number | null;
}

const COLUMNS =
  'id, account, name, status, signature_key, certificate, certified_at, created_at, revoked_at';

const COUNT_PENDING = statement<{ readonly pending: number }>(
  'devices.count_pending',
  `SELECT count(*) AS pending FROM devices WHERE account = $1 AND status = 'pending'`,
);

const ENROL = statement(
  'devices.enrol',
  'INSERT INTO devices (id, account, name, created_at) VALUES ($1, $2, $3, $4)',
);

const FIND = statement<DeviceRow>('devices.find', `SELECT ${COLUMNS} FROM devices WHERE id = $1`);

const LIST = statement<DeviceRow>(
  'devices.list',
  `SELECT ${COLUMNS} FROM devices WHERE account = $1 ORDER BY created_at, place`,
);

const CERTIFIED = statement<DeviceRow>(
  'devices.certified',
  `SELECT ${COLUMNS} FROM devices WHERE account = ANY ($1::text[]) AND status = 'certified' ORDER BY created_at, place`,
);

const EVER_CERTIFIED = statement<DeviceRow>(
  'devices.ever_certified',
  `SELECT ${COLUMNS} FROM devices WHERE account = ANY ($1::text[]) AND certificate IS NOT NULL ORDER BY created_at, place`,
);

const ROSTER_TASKS = statement<RosterTask>(
  'devices.roster_tasks',
  'SELECT id, conversation, account, device FROM roster_tasks ORDER BY place LIMIT $1',
);

const ROSTER_TASK_DONE = statement(
  'devices.roster_task_done',
  `DELETE FROM roster_tasks
  WHERE id = $1 AND conversation = $2 AND account = $3 AND device IS NOT DISTINCT FROM $4`,
);

const deviceOf = (row: DeviceRow): Device => ({
  id: row.id,
  account: row.account,
  name: row.name,
  status: row.status,
  signatureKey: row.signature_key,
  certificate: row.certificate,
  certifiedAt: row.certified_at,
  createdAt: row.created_at,
  revokedAt: row.revoked_at,
});

export class PostgresDeviceStore implements DeviceStore {
  readonly #database: Database;
  readonly #links: DeviceLinks;

  constructor(database: Database) {
    this.#database = database;
    this.#links = new DeviceLinks(database);
  }

  async enrol(
    device: {
      readonly id: DeviceId;
      readonly account: AccountId;
      readonly name: string;
      readonly now: Timestamp;
    },
    pendingLimit: number,
  ): Promise<'enrolled' | 'too_many_pending'> {
    return this.#database.transaction('devices.enrol', async (transaction) => {
      await lockAccount(transaction, device.account);
      const [counted] = await transaction.rows(COUNT_PENDING, [device.account]);
      if ((counted?.pending ?? 0) >= pendingLimit) return 'too_many_pending';
      await transaction.rows(ENROL, [device.id, device.account, device.name, device.now]);
      return 'enrolled';
    });
  }

  async find(id: DeviceId): Promise<Device | null> {
    const [row] = await this.#database.rows(FIND, [id]);
    return row === undefined ? null : deviceOf(row);
  }

  async list(account: AccountId): Promise<readonly Device[]> {
    return (await this.#database.rows(LIST, [account])).map(deviceOf);
  }

  async certified(accounts: readonly AccountId[]): Promise<readonly Device[]> {
    return (await this.#database.rows(CERTIFIED, [packTexts(accounts)])).map(deviceOf);
  }

  async everCertified(accounts: readonly AccountId[]): Promise<readonly Device[]> {
    return (await this.#database.rows(EVER_CERTIFIED, [packTexts(accounts)])).map(deviceOf);
  }

  certifyFirst(
    device: DeviceId,
    keys: FirstKeys,
  ): Promise<'certified' | 'has_key' | 'not_pending'> {
    return this.#database.transaction('devices.certify_first', (transaction) =>
      certifyFirstDevice(transaction, device, keys),
    );
  }

  publishLink(
    device: DeviceId,
    link: { readonly signatureKey: Bytes; readonly linkKey: Bytes; readonly commitment: Bytes },
  ): Promise<'published' | 'not_pending'> {
    return this.#links.publish(device, link);
  }

  link(device: DeviceId): Promise<Link | null> {
    return this.#links.find(device);
  }

  offerLink(
    device: DeviceId,
    offer: { readonly by: DeviceId; readonly nonce: Bytes },
  ): Promise<'offered' | 'not_published' | 'already_offered'> {
    return this.#links.offer(device, offer);
  }

  revealLink(device: DeviceId, reveal: Bytes): Promise<'revealed' | 'no_offer'> {
    return this.#links.reveal(device, reveal);
  }

  approve(
    device: DeviceId,
    approval: Approval,
  ): Promise<'certified' | 'not_pending' | 'not_revealed' | 'too_many_devices'> {
    return this.#database.transaction('devices.approve', (transaction) =>
      approveDevice(transaction, device, approval),
    );
  }

  takePackage(device: DeviceId, now: Timestamp): Promise<Bytes | null> {
    return this.#links.takePackage(device, now);
  }

  async revoke(
    device: DeviceId,
    at: { readonly now: Timestamp; readonly taskId: string },
  ): Promise<readonly string[] | null> {
    return this.#database.transaction('devices.revoke', async (transaction) => {
      const [owned] = await transaction.rows(FIND, [device]);
      if (owned === undefined) return null;
      await lockAccount(transaction, owned.account);
      const [current] = await transaction.rows(FIND, [device]);
      if (current?.status === 'revoked') return null;
      return endDevice(transaction, { account: owned.account, device }, at);
    });
  }

  async rosterTasks(limit: number): Promise<readonly RosterTask[]> {
    return this.#database.rows(ROSTER_TASKS, [limit]);
  }

  async rosterTaskDone({ id, conversation, account, device }: RosterTask): Promise<void> {
    await this.#database.rows(ROSTER_TASK_DONE, [id, conversation, account, device]);
  }
}
