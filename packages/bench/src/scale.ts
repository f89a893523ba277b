import type { Timing } from './shapes/play.ts';

/** How much of everything a run does: what it finds out is the same, only surer. */
export interface Scale {
  readonly name: 'full' | 'quick' | 'smoke';
  /** Of shapes whose ratios are judged. */
  readonly judged: Timing;
  /** Of shapes that stand in the table only. */
  readonly shown: Timing;
}

export const scales: Readonly<Record<Scale['name'], Scale>> = {
  full: {
    name: 'full',
    judged: { rounds: 5, warmUpMs: 1_500, measureMs: 4_000 },
    shown: { rounds: 3, warmUpMs: 1_000, measureMs: 3_000 },
  },
  quick: {
    name: 'quick',
    judged: { rounds: 2, warmUpMs: 1_000, measureMs: 2_000 },
    shown: { rounds: 1, warmUpMs: 1_000, measureMs: 2_000 },
  },
  smoke: {
    name: 'smoke',
    judged: { rounds: 1, warmUpMs: 100, measureMs: 400 },
    shown: { rounds: 1, warmUpMs: 100, measureMs: 300 },
  },
};
