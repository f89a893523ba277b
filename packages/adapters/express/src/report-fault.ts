import { AdapterFailure } from '@sealpost/domain';
import type { WireRefusal } from '@sealpost/protocol';
import type { EdgeLog } from './edge-record.ts';

export const retryAfterMs = 1_000;
const mostFrames = 5;

/** The frames of a stack without the lines before them, which repeat the message. */
function framesOf({ name, message, stack = '' }: Error): string[] {
  const heading = message === '' ? name : `${name}: ${message}`;
  if (!stack.startsWith(heading)) return [];
  const frames = stack.slice(heading.length).split('\n');
  return frames
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, mostFrames);
}

/**
 * Logs what was thrown and says what the client is told: a fault of the infrastructure that may pass is `unavailable`,
 * anything else `internal`.
 */
export function reportFault(thrown: unknown, during: string, log: EdgeLog): WireRefusal {
  if (thrown instanceof AdapterFailure) {
    const { adapter, operation, detail, retryable } = thrown;
    log({
      level: retryable ? 'warn' : 'error',
      event: 'fault',
      during,
      adapter,
      operation,
      detail,
    });
    return retryable ? { code: 'unavailable', retryAfterMs } : { code: 'internal' };
  }
  const error = thrown instanceof Error ? thrown.name : typeof thrown;
  log({
    level: 'error',
    event: 'bug',
    during,
    error,
    at: thrown instanceof Error ? framesOf(thrown) : [],
  });
  return { code: 'internal' };
}
