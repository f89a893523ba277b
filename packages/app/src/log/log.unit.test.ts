import { AdapterFailure } from '@sealpost/domain';
import { describe, expect, it } from 'vitest';
import { faultRecord } from './fault-record.ts';
import { pinoLog } from './pino-log.ts';

describe('faultRecord', () => {
  it('tells of an adapter’s fault what the adapter says of it', () => {
    const fault = new AdapterFailure({
      adapter: 'postgres',
      operation: 'append',
      retryable: true,
      detail: '40001',
    });
    expect(faultRecord('delivery', fault)).toEqual({
      level: 'warn',
      event: 'fault',
      during: 'delivery',
      adapter: 'postgres',
      operation: 'append',
      detail: '40001',
    });
  });

  it('tells of anything else its kind and where it was thrown, never its words', () => {
    const error = new TypeError('cannot read "hidden-word"\n    at hidden-word');
    const record = faultRecord('delivery', error);
    expect(record).toMatchObject({ level: 'error', event: 'bug', error: 'TypeError' });
    expect(JSON.stringify(record)).toContain('log.unit.test.ts');
    expect(JSON.stringify(record)).not.toContain('hidden-word');
    expect(JSON.stringify(faultRecord('delivery', 'hidden-word'))).not.toContain('hidden-word');
  });
});

describe('pinoLog', () => {
  it('writes a record as one line of JSON, from its level on', () => {
    const lines: string[] = [];
    const log = pinoLog({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    log({ level: 'debug', event: 'socket_opened' });
    log({ level: 'info', event: 'ready', tookMs: 5 });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.any(String),
      event: 'ready',
      tookMs: 5,
    });
  });
});
