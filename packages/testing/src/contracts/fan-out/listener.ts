import type { EntriesHint, FanOut, Notice } from '@sealpost/domain';

export type Heard =
  | { readonly kind: 'hint'; readonly hint: EntriesHint }
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'break' };

/** Keeps what it hears. Hints come late: `until` waits for them and for nothing else. */
export class Listener {
  readonly heard: Heard[] = [];
  readonly stop: () => Promise<void>;
  readonly #waiting: (() => void)[];

  private constructor(heard: Heard[], waiting: (() => void)[], stop: () => Promise<void>) {
    this.heard = heard;
    this.#waiting = waiting;
    this.stop = stop;
  }

  static async on(fanOut: FanOut): Promise<Listener> {
    const heard: Heard[] = [];
    const waiting: (() => void)[] = [];
    const hear = (item: Heard): void => {
      heard.push(item);
      for (const wake of waiting.splice(0)) wake();
    };
    const stop = await fanOut.subscribe({
      hint: (hint) => hear({ kind: 'hint', hint }),
      notice: (notice) => hear({ kind: 'notice', notice }),
      onBreak: () => hear({ kind: 'break' }),
    });
    return new Listener(heard, waiting, stop);
  }

  get notices(): Notice[] {
    return this.heard.flatMap((item) => (item.kind === 'notice' ? [item.notice] : []));
  }

  get broken(): boolean {
    return this.heard.some(({ kind }) => kind === 'break');
  }

  hintOf(conversation: string): EntriesHint | undefined {
    const hints = this.heard.flatMap((item) => (item.kind === 'hint' ? [item.hint] : []));
    return hints.find((hint) => hint.conversation === conversation);
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((wake) => void this.#waiting.push(wake));
  }
}
