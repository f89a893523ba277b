import type { Losses, Ratios } from './closing-line.ts';
import type { Table } from './table.ts';

/** What a shape found out. */
export interface Report extends Losses {
  readonly ratios: Ratios;
  readonly table: Table;
  /** What must be known beside the table, one sentence each. */
  readonly notes: readonly string[];
  /** Everything, for the results as JSON. */
  readonly data: unknown;
}
