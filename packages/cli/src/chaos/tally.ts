/** What must not happen, in the order in which it is shown. */
export const wrongs = [
  'lost',
  'duplicated',
  'disordered',
  'unreadable',
  'intruders',
  'reissued',
] as const;
export type Wrong = (typeof wrongs)[number];

const shownOfEach = 10;

/** What an audit found. */
export class Tally {
  /** Messages that devices took to send. */
  sent = 0;
  /** Of them, those of devices that were no longer allowed to send them, and were told so. */
  refused = 0;
  /** Positions that devices wrote down. */
  read = 0;
  /** Positions that devices had to have at the end. */
  expected = 0;
  /** Key bundles that were handed out. */
  claimed = 0;
  /** The first findings of each kind, for whoever looks for the cause. */
  readonly findings: string[] = [];
  readonly #wrong = new Map<Wrong, number>();

  count(wrong: Wrong, finding: string): void {
    const times = this.of(wrong) + 1;
    this.#wrong.set(wrong, times);
    if (times <= shownOfEach) this.findings.push(`${wrong}: ${finding}`);
  }

  of(wrong: Wrong): number {
    return this.#wrong.get(wrong) ?? 0;
  }

  /** `lost=0 duplicated=0 …` */
  line(): string {
    return wrongs.map((wrong) => `${wrong}=${this.of(wrong)}`).join(' ');
  }

  /** Nothing is wrong, and there was something to look at. */
  get isClean(): boolean {
    const looked = this.sent > 0 && this.expected > 0 && this.claimed > 0;
    return looked && wrongs.every((wrong) => this.of(wrong) === 0);
  }
}
