/** A technology that servers work on, as a process of its own. */
export interface Part {
  /** Where servers reach it; may change by a restart. */
  readonly url: string;
  /** SIGKILL. Who does not come back by itself comes back by `restart`. */
  kill(): Promise<void>;
  /** Stops it if it runs, and starts it on what it kept. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}
