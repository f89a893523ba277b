import type { World } from '../world.ts';

/** Numbers that an act draws what it needs from, the same whatever else happens in the run. */
export interface Draw {
  /** One of a list by the act's own chance; null when it is empty. */
  pick<T>(from: readonly T[]): T | null;
  /** A whole number from `lowest` to `highest`. */
  int(lowest: number, highest: number): number;
}

/** Something that people, devices or the surroundings do. It does nothing where it is impossible. */
export type Act = (world: World, draw: Draw) => void;

export interface WeightedAct {
  readonly weight: number;
  readonly act: Act;
}
