import fc from 'fast-check';

/** A command that is always allowed; its text is what a shrunk counterexample is read by. */
export const command = <Model extends object, Real>(
  name: string,
  run: (model: Model, real: Real) => Promise<void>,
): fc.AsyncCommand<Model, Real> => ({ check: () => true, run, toString: () => name });

/** The item at a position that was chosen before it was known how many there are; undefined if there is none. */
export const pick = <T>(items: readonly T[], position: number): T | undefined =>
  items[position % Math.max(1, items.length)];

/** Mostly nothing. */
export const seldom = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value });

/** Scripts that are long enough for states in which something can go wrong. */
export const longScripts = { maxCommands: 40, size: 'max' } as const;
