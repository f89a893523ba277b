import type { Bench } from '../contenders/bench.ts';
import type { Report } from '../report/report.ts';

/** One kind of load, and what is compared under it. */
export interface Shape {
  /** As `--only` names it. */
  readonly name: string;
  run(bench: Bench): Promise<Report>;
}
