import type { Migration } from './migration.ts';

/** Sessions that ended are looked for by when they expired, as by when they were revoked. */
export const forgetting: Migration = {
  name: '0020-forgetting',
  up: `CREATE INDEX sessions_expires_at ON sessions (expires_at);`,
};
