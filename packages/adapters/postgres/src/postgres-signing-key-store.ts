import type { SigningKey, SigningKeyStore } from '@sealpost/domain';
import type { Database } from './database.ts';
import { statement } from './statement.ts';

const LIST = statement<{
  readonly id: string;
  readonly secret_jwk: string;
  readonly created_at: number;
}>(
  'signing_keys.list',
  'SELECT id, secret_jwk, created_at FROM signing_secrets ORDER BY place DESC',
);

/** One addition at a time; readers go on. */
const LOCK = statement('signing_keys.lock', 'LOCK TABLE signing_secrets IN EXCLUSIVE MODE');

const ADD = statement<{ readonly id: string }>(
  'signing_keys.add',
  `INSERT INTO signing_secrets (id, secret_jwk, created_at) SELECT $1, $2, $3
  WHERE (SELECT id FROM signing_secrets ORDER BY place DESC LIMIT 1) IS NOT DISTINCT FROM $4 RETURNING id`,
);

const REMOVE = statement('signing_keys.remove', 'DELETE FROM signing_secrets WHERE id = $1');

export class PostgresSigningKeyStore implements SigningKeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(): Promise<readonly SigningKey[]> {
    const rows = await this.#database.rows(LIST, []);
    return rows.map((row) => ({
      id: row.id,
      secretJwk: row.secret_jwk,
      createdAt: row.created_at,
    }));
  }

  async add(key: SigningKey, ifNewest: string | null): Promise<boolean> {
    return this.#database.transaction('signing_keys.add', async (transaction) => {
      await transaction.rows(LOCK, []);
      const added = await transaction.rows(ADD, [key.id, key.secretJwk, key.createdAt, ifNewest]);
      return added.length > 0;
    });
  }

  async remove(id: string): Promise<void> {
    await this.#database.rows(REMOVE, [id]);
  }
}
