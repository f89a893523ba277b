/** What can be typed after a slash, and what it does with whoever types it. */
export interface Command<Typist> {
  readonly usage: string;
  readonly run: (typist: Typist, words: readonly string[]) => Promise<void>;
}

export type Commands<Typist> = Readonly<Record<string, Command<Typist>>>;
