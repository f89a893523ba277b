/** The event loop's turns: lets work that arrived in the same turn be taken together, without a timer. */
export interface Turn {
  /** Resolves in the next turn, after input that is already waiting was handled. */
  next(): Promise<void>;
  /** Resolves still in this turn, when what it has set off so far is done, and what that wrote to clients has left. */
  written(): Promise<void>;
}
