import type { Append, EntryDraft } from '@sealpost/domain';

export interface Mishap {
  /** How long the call takes on its way. */
  readonly heldMs: number;
  /** Whether it is carried out and its answer lost. */
  readonly answerLost: boolean;
  /** Told when the call leaves its process. */
  readonly met: () => void;
}

interface Expected extends Mishap {
  readonly like: (draft: EntryDraft) => boolean;
}

/** What happens to single appends on their way to the log. */
export class Mishaps {
  #expected: readonly Expected[] = [];

  /** Has this happen to the next append of an entry like that. */
  next(like: Expected['like'], mishap: Mishap): void {
    this.#expected = [...this.#expected, { like, ...mishap }];
  }

  clear(): void {
    this.#expected = [];
  }

  /** What happens to a call that just leaves its process; null: nothing. */
  meeting(store: string, method: string, [given]: readonly unknown[]): Mishap | null {
    if (store !== 'log' || method !== 'append') return null;
    const batch = given as readonly Append[];
    const found = this.#expected.find(({ like }) => batch.some(({ draft }) => like(draft)));
    if (!found) return null;
    this.#expected = this.#expected.filter((one) => one !== found);
    found.met();
    return found;
  }
}
