/** The event loop's turns: lets work that arrived in the same turn be taken together, without a timer. */
export interface Turn {
  /** Resolves in the next turn, after input that is already waiting was handled. */
  next(): Promise<void>;
}
