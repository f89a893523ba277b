export type EmbeddedPostgresErrorCode =
  | 'unsupported_platform'
  | 'folder_not_accessible'
  | 'folder_in_use'
  | 'no_unprivileged_user'
  | 'cannot_prepare_runtime'
  | 'password_missing'
  | 'cannot_initialise'
  | 'cannot_start'
  | 'cannot_stop';

/**
 * Says why the embedded PostgreSQL did not start.
 *
 * - `code` is for programs; the message is for the operator: what was wrong, and what to do.
 * - Neither the message nor the cause holds a secret.
 */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedPostgresErrorCode;

  constructor(code: EmbeddedPostgresErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
    this.code = code;
  }
}
