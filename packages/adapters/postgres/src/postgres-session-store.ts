import type {
  AccountId,
  Bytes,
  DeviceId,
  Rotation,
  Session,
  SessionId,
  SessionStore,
  Timestamp,
} from '@sealpost/domain';
import type { Database } from './database.ts';
import { packTexts } from './packed-arrays.ts';
import { rotateToken } from './rotate-token.ts';
import { SESSION_COLUMNS, sessionOf, type SessionRow } from './session-rows.ts';
import { statement } from './statement.ts';

const CREATE = statement(
  'sessions.create',
  `WITH created AS (
    INSERT INTO sessions (id, account, device, token_hash, created_at, last_used_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $5, $6)
  )
  INSERT INTO session_tokens (hash, session, expires_at) VALUES ($4, $1, $6)`,
);

const FIND = statement<SessionRow>(
  'sessions.find',
  `SELECT ${SESSION_COLUMNS} FROM sessions WHERE id = $1`,
);

const LIST = statement<SessionRow>(
  'sessions.list',
  `SELECT ${SESSION_COLUMNS} FROM sessions
  WHERE account = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY created_at DESC, place DESC`,
);

const LOCK = statement(
  'sessions.lock',
  'SELECT FROM sessions WHERE id = ANY ($1::text[]) ORDER BY id FOR UPDATE',
);

const REVOKE = statement<{ readonly id: string }>(
  'sessions.revoke',
  'UPDATE sessions SET revoked_at = $2 WHERE id = ANY ($1::text[]) AND revoked_at IS NULL RETURNING id',
);

const REVOKED_SINCE = statement<{ readonly id: string }>(
  'sessions.revoked_since',
  'SELECT id FROM sessions WHERE revoked_at >= $1',
);

/** Whoever else is at work on a session has it for now. */
const FORGET = statement<{ readonly forgotten: number }>(
  'sessions.forget',
  `WITH ended AS (
    SELECT id FROM sessions WHERE revoked_at < $1 OR expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
  ), tokens AS (
    DELETE FROM session_tokens USING ended WHERE session = ended.id
  ), forgotten AS (
    DELETE FROM sessions USING ended WHERE sessions.id = ended.id RETURNING 1
  )
  SELECT count(*)::int AS forgotten FROM forgotten`,
);

export class PostgresSessionStore implements SessionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create(session: {
    readonly id: SessionId;
    readonly account: AccountId;
    readonly device: DeviceId;
    readonly tokenHash: Bytes;
    readonly now: Timestamp;
    readonly expiresAt: Timestamp;
  }): Promise<void> {
    const { id, account, device, tokenHash, now, expiresAt } = session;
    await this.#database.rows(CREATE, [id, account, device, tokenHash, now, expiresAt]);
  }

  async rotate(rotation: {
    readonly presented: Bytes;
    readonly next: Bytes;
    readonly now: Timestamp;
    readonly expiresAt: Timestamp;
    readonly graceMs: number;
  }): Promise<Rotation> {
    return this.#database.transaction('sessions.rotate', (transaction) =>
      rotateToken(transaction, rotation),
    );
  }

  async find(id: SessionId): Promise<Session | null> {
    const [row] = await this.#database.rows(FIND, [id]);
    return row === undefined ? null : sessionOf(row);
  }

  async list(account: AccountId, now: Timestamp): Promise<readonly Session[]> {
    return (await this.#database.rows(LIST, [account, now])).map(sessionOf);
  }

  async revoke(sessions: readonly SessionId[], now: Timestamp): Promise<readonly SessionId[]> {
    if (sessions.length === 0) return [];
    return this.#database.transaction('sessions.revoke', async (transaction) => {
      await transaction.rows(LOCK, [packTexts(sessions)]);
      return (await transaction.rows(REVOKE, [packTexts(sessions), now])).map(({ id }) => id);
    });
  }

  async revokedSince(since: Timestamp): Promise<readonly SessionId[]> {
    return (await this.#database.rows(REVOKED_SINCE, [since])).map(({ id }) => id);
  }

  async forget(before: Timestamp, limit: number): Promise<number> {
    const [row] = await this.#database.rows(FORGET, [before, limit]);
    return row?.forgotten ?? 0;
  }
}
