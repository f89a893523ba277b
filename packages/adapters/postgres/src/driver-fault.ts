import { AdapterFailure } from '@sealpost/domain';
import pg from 'pg';

/** SQLSTATE classes (PostgreSQL manual, appendix A) whose faults pass: connection, conflict, resources, operator, system. */
const PASSING_CLASSES = new Set(['08', '40', '53', '57', '58']);
/** Single codes that pass: lock not available; a standby that still is read-only. */
const PASSING_CODES = new Set(['55P03', '25006']);
/** Serialization failure and deadlock: the transaction was rolled back whole. */
const LOST_CONFLICTS = new Set(['40001', '40P01']);

/** A fault of the driver or of Postgres, of which only the code is kept: their texts quote rows. */
export class DriverFault extends Error {
  /** The SQLSTATE; null when Postgres did not answer. */
  readonly #state: string | null;
  readonly #name: string;

  constructor(error: unknown) {
    super('the database failed');
    this.name = 'DriverFault';
    this.#state = error instanceof pg.DatabaseError ? (error.code ?? null) : null;
    this.#name = nameOf(error);
  }

  /** Whether the work was rolled back whole because of other work at the same time. */
  get lostConflict(): boolean {
    return this.#state !== null && LOST_CONFLICTS.has(this.#state);
  }

  /** Whether the connection cannot be trusted any more: Postgres did not answer, or is ending it. */
  get brokeConnection(): boolean {
    return this.#state === null || this.#state.startsWith('57P') || this.#state.startsWith('08');
  }

  asAdapterFailure(operation: string): AdapterFailure {
    const state = this.#state;
    const retryable =
      state === null || PASSING_CLASSES.has(state.slice(0, 2)) || PASSING_CODES.has(state);
    return new AdapterFailure({
      adapter: 'postgres',
      operation,
      retryable,
      detail: state ?? this.#name,
    });
  }
}

/** The code of a system error, else the error's name. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string' && /^\w+$/.test(error.code))
    return error.code;
  return error.name === 'Error' ? 'connection_lost' : error.name;
}
