import type { Entry } from '@sealpost/domain';
import type { Testimony } from '../testimony.ts';
import type { LedgerLog } from './ledger.ts';
import type { Scene } from './scene.ts';

/** The promises that a run is judged by. Those of wake-ups (G14) and of caches (G15) join with their parts. */
export const promises = [
  'G1',
  'G2',
  'G3',
  'G4',
  'G5',
  'G6',
  'G7',
  'G8',
  'G9',
  'G10',
  'G11',
  'G12',
  'G16',
  'G18',
  'G19',
] as const;
export type PromiseName = (typeof promises)[number];

/** Says of one fact whether it holds; `what` tells what was seen, for whoever reads the finding. */
export type Check = (holds: boolean, what: () => string) => void;

/** Judges a run by one promise. It sees what happened and what is stored, and knows no rule of the product. */
export interface Checker {
  readonly promise: PromiseName;
  /** Something happened. */
  see?(testimony: Testimony, scene: Scene, check: Check): void;
  /** An entry was stored, and is not yet part of `before`. */
  stored?(entry: Entry, before: LedgerLog, scene: Scene, check: Check): void;
  /** Looks around; called now and then. */
  look?(scene: Scene, check: Check): Promise<void>;
  /** Everything is calm, and must have come right. */
  conclude?(scene: Scene, check: Check): Promise<void>;
}
