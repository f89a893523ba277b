import type { EmbeddedPostgresErrorCode } from '@sealpost/adapter-embedded-postgres';

export type StartErrorCode =
  | 'address_in_use'
  | 'address_not_available'
  | 'migrations_due'
  /** The configured storage is memory, so the command would do nothing that lasts. */
  | 'nothing_kept'
  /** A history is to be moved, and the servers know of one store only. */
  | 'not_moving'
  /** A history is to be moved between other stores than those that the servers know of. */
  | 'other_stores'
  /** A history is to be moved to where there is another one. */
  | 'target_in_use'
  | EmbeddedPostgresErrorCode;

/** Why something did not start although its configuration is in order; the message is for the operator, and no secret. */
export class StartError extends Error {
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string) {
    super(message);
    this.name = 'StartError';
    this.code = code;
  }
}
