import type { Entry } from '@sealpost/domain';
import type { Testimony } from '../testimony.ts';
import { type Check, type Checker, type PromiseName, promises } from './checker.ts';
import type { LedgerLog } from './ledger.ts';
import type { Scene } from './scene.ts';

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

  see(testimony: Testimony, scene: Scene): void {
    if (testimony.kind === 'bug') {
      const { where, error } = testimony;
      const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#find(null, scene, `thrown ${where}: ${told}`);
    }
    for (const checker of this.#checkers)
      checker.see?.(testimony, scene, this.#check(checker, scene));
  }

  stored(entry: Entry, before: LedgerLog, scene: Scene): void {
    for (const checker of this.#checkers)
      checker.stored?.(entry, before, scene, this.#check(checker, scene));
  }

  async look(scene: Scene): Promise<void> {
    for (const checker of this.#checkers) await checker.look?.(scene, this.#check(checker, scene));
  }

  async conclude(scene: Scene): Promise<void> {
    for (const checker of this.#checkers)
      await checker.conclude?.(scene, this.#check(checker, scene));
  }

  #check({ promise }: Checker, scene: Scene): Check {
    return (holds, what) => {
      this.checks[promise] += 1;
      if (!holds) this.#find(promise, scene, what());
    };
  }

  #find(promise: PromiseName | null, scene: Scene, what: string): void {
    if (this.findings.length < mostFindings)
      this.findings.push({ promise, at: scene.timeline.now, what });
  }
}
