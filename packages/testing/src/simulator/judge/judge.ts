import type { Entry } from '@sealpost/domain';
import type { Testimony } from '../testimony.ts';
import type { World } from '../world.ts';
import { type Check, type Checker, type PromiseName, promises } from './checker.ts';
import type { LedgerLog } from './ledger.ts';

export interface Finding {
  /** Null: no promise names it, but nobody may throw what is no fault of the surroundings. */
  readonly promise: PromiseName | null;
  readonly at: number;
  readonly what: string;
}

const mostFindings = 50;

/** Keeps count of what was checked and what did not hold. */
export class Judge {
  readonly checks: Record<PromiseName, number>;
  readonly findings: Finding[] = [];
  readonly #checkers: readonly Checker[];

  constructor(checkers: readonly Checker[]) {
    this.#checkers = checkers;
    this.checks = Object.fromEntries(promises.map((name) => [name, 0])) as Judge['checks'];
  }

  see(testimony: Testimony, world: World): void {
    if (testimony.kind === 'bug') {
      const { where, error } = testimony;
      const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#find(null, world, `thrown ${where}: ${told}`);
    }
    for (const checker of this.#checkers)
      checker.see?.(testimony, world, this.#check(checker, world));
  }

  stored(entry: Entry, before: LedgerLog, world: World): void {
    for (const checker of this.#checkers)
      checker.stored?.(entry, before, world, this.#check(checker, world));
  }

  async look(world: World): Promise<void> {
    for (const checker of this.#checkers) await checker.look?.(world, this.#check(checker, world));
  }

  async conclude(world: World): Promise<void> {
    for (const checker of this.#checkers)
      await checker.conclude?.(world, this.#check(checker, world));
  }

  #check({ promise }: Checker, world: World): Check {
    return (holds, what) => {
      this.checks[promise] += 1;
      if (!holds) this.#find(promise, world, what());
    };
  }

  #find(promise: PromiseName | null, world: World, what: string): void {
    if (this.findings.length < mostFindings)
      this.findings.push({ promise, at: world.timeline.now, what });
  }
}
