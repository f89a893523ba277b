import { type FaultName, faults } from './faults.ts';
import type { Seeded } from './seeded.ts';

const pairs = 0.25;

/** A rolling restart comes alone: only then can it be said who had to wait because of it. */
const comesAlone: FaultName = 'rolling restart';

/**
 * What strikes, round after round: each of these faults once before any comes again, in an order of their own each time,
 * now and then two at once. The rolling restart opens the first round, so that the shortest run has one.
 */
export function* schedule(
  random: Seeded,
  names: readonly FaultName[],
): Generator<readonly FaultName[], never> {
  const others = random.shuffled(names.filter((name) => name !== comesAlone));
  let bag = names.includes(comesAlone) ? [comesAlone, ...others] : others;
  for (;;) {
    while (bag.length > 0) {
      const [first = comesAlone, ...rest] = bag;
      const second = rest.find(
        (name) => name !== comesAlone && faults[name].layer !== faults[first].layer,
      );
      const both = second !== undefined && first !== comesAlone && random.chance(pairs);
      bag = both ? rest.filter((name) => name !== second) : rest;
      yield both ? [first, second] : [first];
    }
    bag = random.shuffled(names);
  }
}
