import { promises, type PromiseName } from '../judge/checker.ts';
import type { Finding } from '../judge/judge.ts';
import type { RunResult } from '../simulate.ts';

/** What all runs together checked. */
export class Tally {
  readonly checks = new Map<PromiseName, number>();
  readonly failed = new Map<PromiseName | null, number>();
  /** A seed that was played with both engines is one. */
  readonly #seeds = new Set<number>();
  happened = 0;
  entries = 0;

  add({ seed, checks, findings, happened, entries }: RunResult): void {
    this.#seeds.add(seed);
    this.happened += happened;
    this.entries += entries;
    for (const promise of promises)
      this.checks.set(promise, (this.checks.get(promise) ?? 0) + checks[promise]);
    for (const { promise } of findings)
      this.failed.set(promise, (this.failed.get(promise) ?? 0) + 1);
  }

  get failures(): number {
    return sum(this.failed.values());
  }

  table(): string {
    const rows = promises.map((promise) => {
      const checks = String(this.checks.get(promise) ?? 0).padStart(9);
      return `${promise.padEnd(4)} ${checks} checks, ${this.failed.get(promise) ?? 0} failed`;
    });
    const thrown = this.failed.get(null) ?? 0;
    return [...rows, `and ${thrown} times something was thrown that nobody should throw`].join(
      '\n',
    );
  }

  line(): string {
    return `simulate: seeds=${this.#seeds.size} checks=${sum(this.checks.values())} failed=${this.failures}`;
  }
}

const sum = (numbers: Iterable<number>): number => {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
};

export const findingLine = ({ promise, at, what }: Finding): string =>
  `  at ${(at / 1_000).toFixed(3)} s, ${promise ?? 'a bug'}: ${what}`;
