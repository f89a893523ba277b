import { AdapterFailure } from '@sealpost/domain';

/** What Redis says when the same call will be refused again: no rights, wrong password, a mistake of ours. */
const LASTING = new Set(['NOAUTH', 'WRONGPASS', 'NOPERM', 'ERR', 'WRONGTYPE', 'CROSSSLOT']);

/** A fault of Redis or of the driver, of which only a code is kept: the driver's errors hold the commands with their values. */
export function redisFault(operation: string, error: unknown): AdapterFailure {
  const detail = error instanceof AdapterFailure ? error.detail : codeOf(error);
  return new AdapterFailure({
    adapter: 'redis',
    operation,
    retryable: !LASTING.has(detail),
    detail,
  });
}

/** The code of a system error, or the word by which Redis names an error; else that it cannot be reached. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string' && /^[A-Z_0-9]+$/.test(error.code)) {
    return error.code;
  }
  if (error.name === 'ReplyError') return /^[A-Z]+(?= )/.exec(error.message)?.[0] ?? 'ERR';
  // Why the driver failed first, where it says that all it tried failed.
  const { lastNodeError } = error as { lastNodeError?: unknown };
  return lastNodeError === undefined ? 'not_connected' : codeOf(lastNodeError);
}
