import type { Session } from '@sealpost/domain';

export interface SessionRow {
  readonly id: string;
  readonly account: string;
  readonly device: string;
  readonly created_at: number;
  readonly last_used_at: number;
  readonly expires_at: number;
  readonly revoked_at: number | null;
}

export const SESSION_COLUMNS =
  'id, account, device, created_at, last_used_at, expires_at, revoked_at';

export const sessionOf = (row: SessionRow): Session => ({
  id: row.id,
  account: row.account,
  device: row.device,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
});
