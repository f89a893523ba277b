import { AdapterFailure } from '@sealpost/domain';
import type { WireRefusal } from '@sealpost/protocol';
import type { TransportLog } from './transport-record.ts';

const retryAfterMs = 1_000;
const frames = 5;

/** The frames of a stack without its first lines, which repeat the message. */
const framesOf = (error: Error): string[] =>
  (error.stack ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, frames);

/**
 * Logs what was thrown and says what the client is told: a fault of the infrastructure passes by itself, anything else
 * is a bug of ours.
 */
export function reportFault(thrown: unknown, during: string, log: TransportLog): WireRefusal {
  if (thrown instanceof AdapterFailure) {
    const { adapter, operation, detail } = thrown;
    log({ level: 'warn', event: 'fault', during, adapter, operation, detail });
    return { code: 'unavailable', retryAfterMs };
  }
  const error = thrown instanceof Error ? thrown.name : typeof thrown;
  const at = thrown instanceof Error ? framesOf(thrown) : [];
  log({ level: 'error', event: 'bug', during, error, at });
  return { code: 'internal' };
}
