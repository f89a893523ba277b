import type { Account, AccountId, AccountStore, Bytes, Timestamp } from '@sealpost/domain';
import type { Database } from './database.ts';
import { endAccount } from './end-account.ts';
import { packTexts } from './packed-arrays.ts';
import { statement } from './statement.ts';

interface AccountRow {
  readonly id: string;
  readonly handle: string | null;
  readonly account_key: Bytes | null;
  readonly device_list_version: number;
  readonly created_at: number;
  readonly deleted_at: number | null;
}

const COLUMNS = 'id, handle, account_key, device_list_version, created_at, deleted_at';

/** Handles of deleted accounts are not kept for longer than they are held back. */
const FORGET_HANDLES = statement(
  'accounts.forget_handles',
  `DELETE FROM handles WHERE handle IN (SELECT handle FROM handles WHERE free_at <= $1 FOR UPDATE SKIP LOCKED)`,
);

const TAKE_HANDLE = statement<{ readonly handle: string }>(
  'accounts.take_handle',
  `INSERT INTO handles AS held (handle) VALUES ($1)
  ON CONFLICT (handle) DO UPDATE SET free_at = NULL WHERE held.free_at <= $2 RETURNING handle`,
);

const CREATE = statement(
  'accounts.create',
  'INSERT INTO accounts (id, handle, password_hash, created_at) VALUES ($1, $2, $3, $4)',
);

const FIND = statement<AccountRow>(
  'accounts.find',
  `SELECT ${COLUMNS} FROM accounts WHERE id = $1`,
);

const FIND_ALL = statement<AccountRow>(
  'accounts.find_all',
  `SELECT ${COLUMNS} FROM accounts WHERE id = ANY ($1::text[])`,
);

const FIND_BY_HANDLE = statement<AccountRow>(
  'accounts.find_by_handle',
  `SELECT ${COLUMNS} FROM accounts WHERE handle = $1`,
);

const PASSWORD_HASH = statement<{ readonly password_hash: string | null }>(
  'accounts.password_hash',
  'SELECT password_hash FROM accounts WHERE id = $1',
);

const SET_PASSWORD_HASH = statement(
  'accounts.set_password_hash',
  'UPDATE accounts SET password_hash = $2 WHERE id = $1 AND deleted_at IS NULL',
);

const BLOCK = statement(
  'accounts.block',
  'INSERT INTO blocks (owner, blocked) VALUES ($1, $2) ON CONFLICT DO NOTHING',
);
const UNBLOCK = statement(
  'accounts.unblock',
  'DELETE FROM blocks WHERE owner = $1 AND blocked = $2',
);
const BLOCKED_BY = statement<{ readonly blocked: string }>(
  'accounts.blocked_by',
  'SELECT blocked FROM blocks WHERE owner = $1 ORDER BY blocked',
);

const REFUSING = statement<{ readonly owner: string }>(
  'accounts.refusing',
  `SELECT owner FROM blocks WHERE owner = ANY ($2::text[]) AND blocked = $1
  UNION
  SELECT id FROM accounts WHERE id = ANY ($2::text[]) AND deleted_at IS NOT NULL`,
);

const accountOf = (row: AccountRow): Account => ({
  id: row.id,
  handle: row.handle,
  accountKey: row.account_key,
  deviceListVersion: row.device_list_version,
  createdAt: row.created_at,
  deletedAt: row.deleted_at,
});

export class PostgresAccountStore implements AccountStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create(account: {
    readonly id: AccountId;
    readonly handle: string;
    readonly passwordHash: string;
    readonly now: Timestamp;
  }): Promise<'created' | 'handle_taken'> {
    const { id, handle, passwordHash, now } = account;
    return this.#database.transaction('accounts.create', async (transaction) => {
      const taken = await transaction.rows(TAKE_HANDLE, [handle, now]);
      if (taken.length === 0) return 'handle_taken';
      await transaction.rows(CREATE, [id, handle, passwordHash, now]);
      await transaction.rows(FORGET_HANDLES, [now]);
      return 'created';
    });
  }

  async find(id: AccountId): Promise<Account | null> {
    const [row] = await this.#database.rows(FIND, [id]);
    return row === undefined ? null : accountOf(row);
  }

  async findAll(ids: readonly AccountId[]): Promise<readonly Account[]> {
    return (await this.#database.rows(FIND_ALL, [packTexts(ids)])).map(accountOf);
  }

  async findByHandle(handle: string): Promise<Account | null> {
    const [row] = await this.#database.rows(FIND_BY_HANDLE, [handle]);
    return row === undefined ? null : accountOf(row);
  }

  async passwordHash(id: AccountId): Promise<string | null> {
    const [row] = await this.#database.rows(PASSWORD_HASH, [id]);
    return row?.password_hash ?? null;
  }

  async setPasswordHash(id: AccountId, hash: string): Promise<void> {
    await this.#database.rows(SET_PASSWORD_HASH, [id, hash]);
  }

  async block(owner: AccountId, blocked: AccountId): Promise<void> {
    await this.#database.rows(BLOCK, [owner, blocked]);
  }

  async unblock(owner: AccountId, blocked: AccountId): Promise<void> {
    await this.#database.rows(UNBLOCK, [owner, blocked]);
  }

  async blockedBy(owner: AccountId): Promise<readonly AccountId[]> {
    return (await this.#database.rows(BLOCKED_BY, [owner])).map(({ blocked }) => blocked);
  }

  async refusing(account: AccountId, owners: readonly AccountId[]): Promise<readonly AccountId[]> {
    const rows = await this.#database.rows(REFUSING, [account, packTexts(owners)]);
    return rows.map(({ owner }) => owner);
  }

  async delete(
    id: AccountId,
    at: { readonly now: Timestamp; readonly handleFreeAt: Timestamp; readonly taskId: string },
  ): Promise<readonly string[]> {
    return this.#database.transaction('accounts.delete', (transaction) =>
      endAccount(transaction, id, at),
    );
  }
}
