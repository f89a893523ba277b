import { AdapterFailure } from '@sealpost/domain';
import pg from 'pg';

/** SQLSTATE classes (PostgreSQL manual, appendix A) whose faults pass: connection, resources, operator, conflict. */
const PASSING_CLASSES = new Set(['08', '40', '53', '57', '58']);
/** Single codes that pass: lock not available; a standby that still is read-only. */
const PASSING_CODES = new Set(['55P03', '25006']);
/** Serialization failure and deadlock: the transaction was rolled back whole. */
const LOST_CONFLICT = new Set(['40001', '40P01']);

const sqlState = (error: unknown): string | null =>
  error instanceof pg.DatabaseError ? (error.code ?? null) : null;

export function mayTryAgain(error: unknown): boolean {
  const state = sqlState(error);
  return state !== null && LOST_CONFLICT.has(state);
}

/** Whether the connection cannot be trusted any more: Postgres did not answer, or is ending it. */
export function mustDiscard(error: unknown): boolean {
  const state = sqlState(error);
  return state === null || state.startsWith('57P') || state.startsWith('08');
}

/**
 * Wraps a fault of the driver, of which only the code is kept: its texts quote rows.
 */
export function toAdapterFailure(operation: string, error: unknown): Error {
  if (error instanceof AdapterFailure) return error;
  const state = sqlState(error);
  if (state !== null) {
    const retryable = PASSING_CLASSES.has(state.slice(0, 2)) || PASSING_CODES.has(state);
    return new AdapterFailure({ adapter: 'postgres', operation, retryable, detail: state });
  }
  const bug = error instanceof TypeError || error instanceof RangeError;
  return new AdapterFailure({
    adapter: 'postgres',
    operation,
    retryable: !bug,
    detail: codeOf(error),
  });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string' && /^\w+$/.test(error.code))
    return error.code;
  return error.name === 'Error' ? 'connection_lost' : error.name;
}
