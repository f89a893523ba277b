import { type Twist, twists, Values } from '@sealpost/testing/hostile';
import fc from 'fast-check';
import { type Credential, credentials, names } from './names.ts';

export type Any = fc.Arbitrary<unknown>;
export const values = new Values(names);

export const by: fc.Arbitrary<Credential> = fc.oneof(
  { weight: 14, arbitrary: fc.constantFrom<Credential>('mallory', 'oscar', 'mallory2', 'cookies') },
  { weight: 4, arbitrary: fc.constantFrom<Credential>('malloryPending', 'newcomer') },
  { weight: 2, arbitrary: fc.constantFrom(...credentials) },
);

/** Mostly what is usual. */
export const odd = <T>(usual: T, weight: number, others: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: others });

/** Nothing is wrong with most, one thing with many, and something at several places with a few. */
export const twisting = odd<readonly Twist[]>(
  [],
  4,
  fc.array(twists(names), { minLength: 1, maxLength: 2 }),
);
