import { AdapterFailure } from '@sealpost/domain';
import { MongoError, MongoServerError } from 'mongodb';

/**
 * Codes of faults that pass (MongoDB's error_codes.yml): a primary that steps down or shuts down, a network or time
 * limit, a conflict, a majority that was not reached in time.
 */
const PASSING_CODES = new Set([
  6, 7, 24, 50, 64, 89, 91, 112, 133, 134, 189, 202, 262, 290, 9001, 10107, 11600, 11602, 13388,
  13435, 13436,
]);
const DUPLICATE_KEY = 11000;
const NO_COLLECTION = 26;
/** The driver's own faults that trying again does not mend. */
const LASTING = new Set([
  'MongoParseError',
  'MongoAPIError',
  'MongoInvalidArgumentError',
  'MongoMissingDependencyError',
  'MongoMissingCredentialsError',
  'MongoClientClosedError',
  'MongoNotConnectedError',
  'MongoRuntimeError',
]);

export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === DUPLICATE_KEY;

export const isNoCollection = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === NO_COLLECTION;

/** Of a fault of the driver or the server only its code or name is kept: their texts quote documents. */
export function failureOf(error: unknown, operation: string): AdapterFailure {
  if (error instanceof AdapterFailure) return error;
  const code = error instanceof MongoServerError ? Number(error.code) : NaN;
  const name = error instanceof Error ? error.name : 'unknown';
  const retryable = Number.isFinite(code)
    ? PASSING_CODES.has(code)
    : error instanceof MongoError && !LASTING.has(name);
  const detail = Number.isFinite(code) ? `code_${code}` : name;
  return new AdapterFailure({ adapter: 'mongodb', operation, retryable, detail });
}
