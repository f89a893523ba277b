/** Runs things later. Never keeps a process alive by itself. */
export interface Timers {
  /** Calls `run` once after `ms` milliseconds unless the returned function is called before; calling it twice is harmless. */
  after(ms: number, run: () => void): () => void;
}
