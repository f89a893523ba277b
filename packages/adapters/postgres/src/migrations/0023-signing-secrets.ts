import type { Migration } from './migration.ts';

/**
 * Access tokens are signed by secrets. The key pairs in `signing_keys` are those of the release before, whose processes may
 * go on beside ours: it could not read what is here, nor we what it would put there.
 */
export const signingSecrets: Migration = {
  name: '0023-signing-secrets',
  up: `
    CREATE TABLE signing_secrets (
      id text COLLATE "C" PRIMARY KEY,
      place bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
      secret_jwk text NOT NULL,
      created_at bigint NOT NULL
    );`,
};
