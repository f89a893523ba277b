import type { Migration } from './migration.ts';

/**
 * Access tokens are signed by secrets, no more by key pairs, which nobody can read now. Tokens by them end here; devices
 * come back by their refresh tokens, as after a restore.
 */
export const signingSecrets: Migration = {
  name: '0023-signing-secrets',
  up: 'DELETE FROM signing_keys;',
};
