import { AdapterFailure, type Result } from '@sealpost/domain';
import type { WireRefusal } from '@sealpost/protocol';
import type { Refused } from '@sealpost/protocol/edge';
import type { Life } from '../core/life.ts';
import type { Testimony, Witness } from '../testimony.ts';

export type Answer = Result<unknown, Refused>;

export const retryAfterMs = 500;

/** Where a process works off what it is asked: counts what is not finished, and turns what is thrown into an answer. */
export class Desk {
  readonly #process: number;
  readonly #life: Life;
  readonly #witness: Witness;
  #unfinished = 0;

  constructor(process: number, life: Life, witness: Witness) {
    this.#process = process;
    this.#life = life;
    this.#witness = witness;
  }

  get unfinished(): number {
    return this.#unfinished;
  }

  async work(what: string, work: () => Promise<Answer>): Promise<Answer> {
    this.#unfinished += 1;
    try {
      return await work();
    } catch (fault) {
      return { ok: false, error: this.#refusalOf(what, fault) };
    } finally {
      this.#unfinished -= 1;
    }
  }

  /** An answer is about to leave. */
  answered(answered: Omit<Extract<Testimony, { kind: 'answered' }>, 'kind' | 'process'>): void {
    if (this.#life.alive) this.#witness({ kind: 'answered', process: this.#process, ...answered });
  }

  /** Something failed that nobody waits for. */
  readonly failed = (fault: unknown): void => {
    this.#refusalOf('in the background', fault);
  };

  #refusalOf(where: string, fault: unknown): WireRefusal {
    if (fault instanceof AdapterFailure) return { code: 'unavailable', retryAfterMs };
    this.#witness({ kind: 'bug', where, error: fault });
    return { code: 'internal' };
  }
}
