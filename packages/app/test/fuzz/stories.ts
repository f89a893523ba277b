import fc from 'fast-check';
import { callStep } from './call-steps.ts';
import { by, odd } from './choices.ts';
import type { Credential } from './names.ts';
import { eventStep, framesStep } from './socket-steps.ts';
import type { AgainStep, CallStep, EventStep, Step, TogetherStep } from './steps.ts';
import { wireStep } from './wire-steps.ts';

const againStep: fc.Arbitrary<AgainStep> = fc.record({
  kind: fc.constant('again'),
  which: fc.nat({ max: 100 }),
  by: odd<Credential | null>(null, 1, by),
});
const togetherStep: fc.Arbitrary<TogetherStep> = fc.record({
  kind: fc.constant('together'),
  steps: fc.array(
    fc.oneof<fc.Arbitrary<CallStep | EventStep | AgainStep>[]>(callStep, eventStep, againStep),
    { minLength: 2, maxLength: 5 },
  ),
});

/** The cases of one world, one after the other. */
export const stories: fc.Arbitrary<Step[]> = fc.noBias(
  fc.array(
    fc.oneof<fc.WeightedArbitrary<Step>[]>(
      { weight: 60, arbitrary: callStep },
      { weight: 20, arbitrary: eventStep },
      { weight: 4, arbitrary: framesStep },
      { weight: 4, arbitrary: wireStep },
      { weight: 5, arbitrary: againStep },
      { weight: 3, arbitrary: togetherStep },
    ),
    { minLength: 1, maxLength: 80, size: 'max' },
  ),
);
