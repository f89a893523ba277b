/** The same in every copy of this file, since it stands for its name in the whole process. */
const brand = Symbol.for('@sealpost/domain AdapterFailure');

/**
 * A fault of the infrastructure behind a port (connection lost, disk full). Adapters wrap every driver error in it,
 * because drivers put row values into their messages; `detail` is the driver's error code or name, never its text.
 *
 * An adapter from outside may bring a copy of this package: `instanceof` holds for the failures of any copy.
 */
export class AdapterFailure extends Error {
  readonly adapter: string;
  readonly operation: string;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  readonly detail: string;
  readonly [brand] = true;

  static [Symbol.hasInstance](thrown: unknown): boolean {
    return typeof thrown === 'object' && thrown !== null && brand in thrown;
  }

  constructor(fault: { adapter: string; operation: string; retryable: boolean; detail: string }) {
    super(`${fault.adapter} failed in ${fault.operation} (${fault.detail})`);
    this.name = 'AdapterFailure';
    this.adapter = fault.adapter;
    this.operation = fault.operation;
    this.retryable = fault.retryable;
    this.detail = fault.detail;
  }
}
