/** The event loop's turns: lets work that arrived in the same turn be taken together, without a timer. */
export interface Turn {
  /** Resolves in the next turn, after input that is already waiting was handled. */
  next(): Promise<void>;
  /**
   * Resolves after the promises that are ready and what they wrote to clients, and before further input where the platform
   * can tell: later is slower, never wrong.
   */
  written(): Promise<void>;
}
