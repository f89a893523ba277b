import type { FanOut } from '@sealpost/domain';

/** A fan-out, and what ends it. */
export interface OpenFanOut {
  readonly fanOut: FanOut;
  /** Nothing is told to other processes afterwards. */
  stop(): Promise<void>;
}
