import type { Sabotage } from '../sabotage.ts';

/** A deliberate bug, and what its users would suffer. */
export interface Canary {
  readonly name: string;
  readonly sabotage: Sabotage;
}
