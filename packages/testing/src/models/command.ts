import type fc from 'fast-check';

/** A command that is always allowed; its text is what a shrunk counterexample is read by. */
export const command = <Model extends object, Real>(
  name: string,
  run: (model: Model, real: Real) => Promise<void>,
): fc.AsyncCommand<Model, Real> => ({ check: () => true, run, toString: () => name });

/** The item at a position that was chosen before it was known how many there are; undefined if there is none. */
export const pick = <T>(items: readonly T[], position: number): T | undefined =>
  items[position % Math.max(1, items.length)];
