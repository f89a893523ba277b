import type { Timing } from './shapes/play.ts';

/** How much of everything a run does: what it finds out is the same, only surer. */
export interface Scale {
  readonly name: 'full' | 'quick' | 'smoke';
  /** Of shapes whose ratios are judged. */
  readonly judged: Timing;
  /** Of shapes that stand in the table only. */
  readonly shown: Timing;
  readonly catchUp: { readonly entries: number; readonly rounds: number };
  readonly sdk: {
    readonly messages: number;
    readonly rounds: number;
    /** Devices in a group. */
    readonly sizes: readonly number[];
  };
  /** How many entries are stored, one after the other. */
  readonly growth: readonly number[];
  /** Idle connections, one after the other. */
  readonly idle: readonly number[];
  /** Idle connections of accounts with so many conversations each; null: not looked at. */
  readonly idleMembers: { readonly connections: number; readonly conversations: number } | null;
  /** The most that any shape holds at once. */
  readonly mostConnections: number;
}

export const scales: Readonly<Record<Scale['name'], Scale>> = {
  full: {
    name: 'full',
    judged: { rounds: 5, warmUpMs: 1_500, measureMs: 4_000 },
    shown: { rounds: 2, warmUpMs: 1_000, measureMs: 3_000 },
    catchUp: { entries: 10_000, rounds: 7 },
    sdk: { messages: 200, rounds: 7, sizes: [2, 16, 128] },
    growth: [10_000, 1_000_000, 10_000_000],
    idle: [1_000, 5_000, 10_000],
    idleMembers: { connections: 500, conversations: 2_000 },
    mostConnections: 10_000,
  },
  quick: {
    name: 'quick',
    judged: { rounds: 2, warmUpMs: 1_000, measureMs: 2_000 },
    shown: { rounds: 1, warmUpMs: 1_000, measureMs: 2_000 },
    catchUp: { entries: 10_000, rounds: 3 },
    sdk: { messages: 100, rounds: 3, sizes: [2, 16, 128] },
    growth: [10_000, 1_000_000],
    idle: [1_000],
    idleMembers: null,
    mostConnections: 1_000,
  },
  smoke: {
    name: 'smoke',
    judged: { rounds: 1, warmUpMs: 200, measureMs: 1_000 },
    shown: { rounds: 1, warmUpMs: 100, measureMs: 300 },
    catchUp: { entries: 1_000, rounds: 1 },
    sdk: { messages: 10, rounds: 1, sizes: [2, 16] },
    growth: [10_000, 20_000],
    idle: [100],
    idleMembers: null,
    mostConnections: 500,
  },
};
