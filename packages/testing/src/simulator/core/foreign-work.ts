import { webcrypto } from 'node:crypto';
import { turn } from '../../contracts/turn.ts';

/**
 * Knows when work outside the simulation (of the platform's cryptography, of an engine) is on its way, so that the
 * simulation can wait for it: an event has ended when nothing of it is outstanding.
 */
export class ForeignWork {
  #outstanding = 0;

  async track<T>(work: Promise<T>): Promise<T> {
    this.#outstanding += 1;
    try {
      return await work;
    } finally {
      this.#outstanding -= 1;
    }
  }

  /** Resolves when no foreign work is outstanding and every promise that can go on has gone on. */
  async settled(): Promise<void> {
    do {
      await turn();
    } while (this.#outstanding > 0);
  }
}

type Operation = (...given: readonly unknown[]) => Promise<unknown>;

const operations = [
  ...['encrypt', 'decrypt', 'sign', 'verify', 'digest', 'generateKey', 'deriveKey', 'deriveBits'],
  ...['importKey', 'exportKey', 'wrapKey', 'unwrapKey'],
] as const;

/**
 * Has the platform's cryptography counted, and done one operation after the other: the threads that do it would finish in
 * an order of their own. Answers how to undo it. For a process that does nothing but simulate.
 */
export function followCryptography(foreign: ForeignWork): () => void {
  const subtle = webcrypto.subtle as unknown as Record<string, Operation>;
  let last: Promise<unknown> = Promise.resolve();
  for (const name of operations) {
    const original = subtle[name];
    if (!original) continue;
    const inOrder: Operation = (...given) => {
      const run = (): Promise<unknown> => original.apply(webcrypto.subtle, [...given]);
      const done = last.then(run, run);
      last = done.catch(() => undefined);
      return foreign.track(done);
    };
    Object.defineProperty(subtle, name, { value: inOrder, configurable: true, writable: true });
  }
  return () => {
    for (const name of operations) delete subtle[name];
  };
}
