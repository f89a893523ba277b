import { describe, expect, it } from 'vitest';
import { tableLines } from './table.ts';

describe('tables', () => {
  it('of one head are one table, with three digits that count', () => {
    const head = ['shape', 'per second'];
    expect(
      tableLines([
        { head, rows: [['pairs', 12_345.6]] },
        { head, rows: [['a', 0.01234]] },
      ]),
    ).toEqual([
      '',
      'shape  per second',
      '─────  ──────────',
      'pairs       12346',
      'a           0.012',
    ]);
  });
});
