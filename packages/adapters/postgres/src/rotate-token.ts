import { equalBytes, type Bytes, type Rotation, type Timestamp } from '@sealpost/domain';
import type { Queries } from './database.ts';
import { SESSION_COLUMNS, sessionOf, type SessionRow } from './session-rows.ts';
import { statement } from './statement.ts';

type TokenedRow = SessionRow & { readonly token_hash: Bytes; readonly replaced_hash: Bytes | null };

/** Whichever of its tokens names it, a session is locked first and then compared. */
const LOCK = statement<TokenedRow>(
  'sessions.lock_by_token',
  `SELECT ${SESSION_COLUMNS}, token_hash, replaced_hash FROM sessions
  WHERE id = (SELECT session FROM session_tokens WHERE hash = $1) FOR UPDATE`,
);

const ROTATE = statement<SessionRow>(
  'sessions.rotate',
  `UPDATE sessions SET token_hash = $2, replaced_hash = token_hash, last_used_at = $3, expires_at = $4
  WHERE id = $1 RETURNING ${SESSION_COLUMNS}`,
);

const REMEMBER = statement<{ readonly session: string }>(
  'sessions.remember_token',
  `INSERT INTO session_tokens (session, hash, expires_at) VALUES ($1, $2, $3)
  ON CONFLICT (hash) DO NOTHING RETURNING session`,
);

const FORGET = statement(
  'sessions.forget_tokens',
  'DELETE FROM session_tokens WHERE session = $1 AND expires_at <= $2',
);

const REVOKE = statement<SessionRow>(
  'sessions.revoke_reused',
  `UPDATE sessions SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1 RETURNING ${SESSION_COLUMNS}`,
);

export async function rotateToken(
  transaction: Queries,
  rotation: {
    readonly presented: Bytes;
    readonly next: Bytes;
    readonly now: Timestamp;
    readonly expiresAt: Timestamp;
    readonly graceMs: number;
  },
): Promise<Rotation> {
  const { presented, next, now, expiresAt, graceMs } = rotation;
  const [session] = await transaction.rows(LOCK, [presented]);
  if (session === undefined) return { code: 'unknown' };
  if (session.revoked_at !== null) return { code: 'unknown' };
  if (session.expires_at <= now) return { code: 'expired' };
  if (equalBytes(presented, session.token_hash)) {
    await transaction.rows(FORGET, [session.id, now]);
    const remembered = await transaction.rows(REMEMBER, [session.id, next, expiresAt]);
    if (remembered.length === 0) return { code: 'taken' };
    const [rotated = session] = await transaction.rows(ROTATE, [session.id, next, now, expiresAt]);
    return { code: 'rotated', session: sessionOf(rotated) };
  }
  const repeated =
    session.replaced_hash !== null &&
    equalBytes(presented, session.replaced_hash) &&
    equalBytes(next, session.token_hash) &&
    now - session.last_used_at <= graceMs;
  if (repeated) return { code: 'rotated', session: sessionOf(session) };
  const [revoked = session] = await transaction.rows(REVOKE, [session.id, now]);
  return { code: 'reused', session: sessionOf(revoked) };
}
