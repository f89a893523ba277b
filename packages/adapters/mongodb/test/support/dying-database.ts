import { AdapterFailure } from '@sealpost/domain';
import { Database } from '../../src/database.ts';
import type { MongoOptions } from '../../src/index.ts';

/** The database of a process that ends at its n-th operation: before it is done, or done but unanswered. */
export class DyingDatabase extends Database {
  readonly #end: { readonly step: number; readonly when: 'before' | 'after' };
  #steps = 0;

  constructor(options: MongoOptions, end: { step: number; when: 'before' | 'after' }) {
    super(options);
    this.#end = end;
  }

  get hasEnded(): boolean {
    return this.#steps >= this.#end.step;
  }

  override async call<T>(name: string, operation: () => Promise<T>): Promise<T> {
    this.#steps += 1;
    const { step, when } = this.#end;
    if (this.#steps < step) return super.call(name, operation);
    if (this.#steps === step && when === 'after') await super.call(name, operation);
    throw new AdapterFailure({
      adapter: 'test',
      operation: name,
      retryable: true,
      detail: 'ended',
    });
  }
}
