import type { Bench } from '../contenders/bench.ts';
import type { Report } from '../report/report.ts';

/** One kind of load, and what is compared under it. */
export interface Shape {
  /** As `--only` names it. */
  readonly name: string;
  /** Run only when it is asked for by name, or in a full run: the closing line has nothing of it. */
  readonly optional?: true;
  run(bench: Bench): Promise<Report>;
}
