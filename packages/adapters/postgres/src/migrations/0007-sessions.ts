import type { Migration } from './migration.ts';

/**
 * Sessions, and the hash of every refresh token that each of them ever had: a token that comes a second time is told
 * from one that was never issued. `expires_at` of a token is when it would have ended by itself; then it is forgotten.
 */
export const sessions: Migration = {
  name: '0007-sessions',
  up: `
    CREATE TABLE sessions (
      id text COLLATE "C" PRIMARY KEY,
      place bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
      account text COLLATE "C" NOT NULL,
      device text COLLATE "C" NOT NULL,
      token_hash bytea NOT NULL,
      replaced_hash bytea,
      created_at bigint NOT NULL,
      last_used_at bigint NOT NULL,
      expires_at bigint NOT NULL,
      revoked_at bigint
    );
    CREATE INDEX sessions_of_account ON sessions (account);
    CREATE INDEX sessions_revoked_at ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;

    CREATE TABLE session_tokens (
      hash bytea PRIMARY KEY,
      session text COLLATE "C" NOT NULL,
      expires_at bigint NOT NULL
    );
    CREATE INDEX session_tokens_of_session ON session_tokens (session, expires_at);`,
};
