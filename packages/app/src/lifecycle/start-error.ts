import type { EmbeddedPostgresErrorCode } from '@sealpost/adapter-embedded-postgres';

export type StartErrorCode =
  | 'address_in_use'
  | 'address_not_available'
  | 'migrations_due'
  /** The configured storage is memory, so the command would do nothing that lasts. */
  | 'nothing_kept'
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
