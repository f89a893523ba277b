import type { Verdict } from './judge.ts';

/** What was tried, and what came of it. */
export class Tally {
  cases = 0;
  /** Passed the schema and got to a use case. */
  reached = 0;
  refused = 0;
  fault = 0;
  foreign = 0;
  readonly #verdicts = new Map<Verdict, number>();

  case(verdict: Verdict, reached: boolean): void {
    this.cases += 1;
    if (reached) this.reached += 1;
    if (verdict !== 'done') this.refused += 1;
    this.#verdicts.set(verdict, (this.#verdicts.get(verdict) ?? 0) + 1);
  }

  /** How often each verdict came, the most frequent first. */
  verdicts(): string {
    return [...this.#verdicts]
      .toSorted(([, a], [, b]) => b - a)
      .map(([verdict, times]) => `${verdict} ${times}`)
      .join(', ');
  }

  line(): string {
    const { cases, reached, refused, fault, foreign } = this;
    return `fuzz: cases=${cases} reached=${reached} refused=${refused} faults=${fault} foreign=${foreign}`;
  }
}
