import type { Losses, Ratios } from './closing-line.ts';
import type { Table } from './table.ts';

/** What a call of the benchmark leaves behind, as JSON. */
export interface Results extends Losses {
  readonly at: string;
  readonly scale: string;
  readonly machine: {
    readonly node: string;
    readonly cpu: string;
    readonly cpus: number;
    readonly memoryGiB: number;
  };
  readonly line: string;
  readonly ratios: Ratios;
  readonly shapes: Readonly<
    Record<
      string,
      { readonly table: Table; readonly notes: readonly string[]; readonly data: unknown }
    >
  >;
}
