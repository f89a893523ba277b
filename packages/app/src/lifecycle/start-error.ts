export type StartErrorCode = 'address_in_use' | 'address_not_available' | 'migrations_due';

/** Why the server did not start although its configuration is in order; the message is for the operator. */
export class StartError extends Error {
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string) {
    super(message);
    this.name = 'StartError';
    this.code = code;
  }
}
