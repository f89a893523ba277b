import { AdapterFailure } from '@sealpost/domain';
import type { LogRecord } from './log-record.ts';

const frames = 5;

/** The frames of a stack without the lines before them, which repeat the message. */
function framesOf({ name, message, stack = '' }: Error): string[] {
  const heading = message === '' ? name : `${name}: ${message}`;
  if (!stack.startsWith(heading)) return [];
  const lines = stack.slice(heading.length).split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, frames);
}

/** What may be logged of something that was thrown: never its message, which may hold values. */
export function faultRecord(during: string, thrown: unknown): LogRecord {
  if (thrown instanceof AdapterFailure) {
    const { adapter, operation, detail } = thrown;
    return { level: 'warn', event: 'fault', during, adapter, operation, detail };
  }
  const error = thrown instanceof Error ? thrown.name : typeof thrown;
  const at = thrown instanceof Error ? framesOf(thrown) : [];
  return { level: 'error', event: 'bug', during, error, at };
}
