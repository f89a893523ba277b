/** A command of `sealpost`. Its file is loaded only when it is used. */
export interface Command {
  /** What follows `sealpost`. */
  readonly usage: string;
  readonly summary: string;
  /** Answers the exit code. */
  run(args: string[]): Promise<number>;
}

/** Wrong arguments; the message is for whoever typed them, and repeats none that could be a secret. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
