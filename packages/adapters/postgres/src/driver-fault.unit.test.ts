import { inspect } from 'node:util';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { DriverFault } from './driver-fault.ts';

function ofState(code: string): DriverFault {
  const error = new pg.DatabaseError('key (handle)=(alice) already exists', 9, 'error');
  error.code = code;
  error.detail = 'row (alice)';
  return new DriverFault(error);
}
const retryable = (code: string): boolean => ofState(code).asAdapterFailure('any').retryable;

describe('a fault of the driver', () => {
  it('keeps the code and nothing else', () => {
    const fault = ofState('23505');
    expect(inspect(fault, { showHidden: true, depth: 9 })).not.toContain('alice');
    const failure = fault.asAdapterFailure('accounts.create');
    expect(inspect(failure, { showHidden: true, depth: 9 })).not.toContain('alice');
    expect(failure).toMatchObject({
      adapter: 'postgres',
      operation: 'accounts.create',
      detail: '23505',
      retryable: false,
    });
  });

  it('passes when another try may succeed', () => {
    const passing = [
      '08006',
      '40001',
      '40P01',
      '53300',
      '53100',
      '57014',
      '57P01',
      '57P03',
      '58030',
      '55P03',
      '25006',
    ];
    const lasting = [
      '22021',
      '23505',
      '28P01',
      '3D000',
      '42501',
      '42P01',
      '55000',
      'P0001',
      'XX000',
    ];
    expect(passing.filter(retryable)).toEqual(passing);
    expect(lasting.filter(retryable)).toEqual([]);
  });

  it('is a lost conflict when the work was rolled back for other work', () => {
    const codes = ['40001', '40P01', '40003', '57014', '55P03'];
    expect(codes.filter((code) => ofState(code).lostConflict)).toEqual(['40001', '40P01']);
  });

  it('breaks the connection when Postgres ends it or does not answer', () => {
    const codes = ['57P01', '08006', '57014', '40P01', '23505'];
    expect(codes.filter((code) => ofState(code).brokeConnection)).toEqual(['57P01', '08006']);
    expect(new DriverFault(new Error('Connection terminated')).brokeConnection).toBe(true);
  });

  it('is named by the system where Postgres did not answer', () => {
    const reset = Object.assign(new Error('read ECONNRESET 10.0.0.1'), { code: 'ECONNRESET' });
    expect(new DriverFault(reset).asAdapterFailure('any')).toMatchObject({
      detail: 'ECONNRESET',
      retryable: true,
    });
    expect(new DriverFault(new Error('Connection terminated')).asAdapterFailure('any').detail).toBe(
      'connection_lost',
    );
    expect(new DriverFault('a text').asAdapterFailure('any').detail).toBe('unknown');
  });
});
