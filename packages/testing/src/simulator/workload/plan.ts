import { Dice } from '../core/dice.ts';
import type { World } from '../world.ts';
import type { Draw, WeightedAct } from './act.ts';
import { blockingActs } from './blocking.ts';
import { bundlesActs } from './bundles.ts';
import { collidingActs } from './collisions.ts';
import { forgedActs } from './forgeries.ts';
import { intrudersActs } from './intruders.ts';
import { outsidersActs } from './outsiders.ts';
import { peoplesActs } from './people.ts';
import { strangersActs } from './strangers.ts';
import { surroundingsActs } from './surroundings.ts';

const acts: Readonly<Record<string, WeightedAct>> = {
  ...peoplesActs,
  ...surroundingsActs,
  ...outsidersActs,
  ...bundlesActs,
  ...collidingActs,
  ...forgedActs,
  ...blockingActs,
  ...intrudersActs,
  ...strangersActs,
};

/** One act of a plan: when, what, and the chance that it decides by. */
export interface Step {
  readonly at: number;
  readonly name: string;
  readonly chance: number;
}

const between = { shortestMs: 0, longestMs: 6_000 };

function anyName(dice: Dice, from: Readonly<Record<string, WeightedAct>>): string {
  const names = Object.entries(from);
  let left = dice.int(
    1,
    names.reduce((sum, [, { weight }]) => sum + weight, 0),
  );
  for (const [name, { weight }] of names) {
    left -= weight;
    if (left <= 0) return name;
  }
  return names[0]?.[0] ?? '';
}

function steps(dice: Dice, count: number, from: Readonly<Record<string, WeightedAct>>): Step[] {
  let at = 0;
  return Array.from({ length: count }, () => {
    at += dice.int(between.shortestMs, between.longestMs);
    return { at, name: anyName(dice, from), chance: dice.int(0, 0x7fffffff) };
  });
}

/** What happens while things go wrong. */
export const stormSteps = (dice: Dice, count: number): readonly Step[] => steps(dice, count, acts);

/** Connections that end unheard once everything else is mended. */
export const silentSteps = (dice: Dice, count: number): readonly Step[] =>
  steps(dice, count, { connectionSilent: need('connectionSilent') });

/** What people go on to do when nothing goes wrong any more. */
export const calmSteps = (dice: Dice, count: number): readonly Step[] =>
  steps(dice, count, {
    send: { ...need('send'), weight: 4 },
    read: { ...need('read'), weight: 1 },
  });

function need(name: string): WeightedAct {
  const act = acts[name];
  if (!act) throw new RangeError(`no act is called ${name}`);
  return act;
}

/** Has the steps happen at their times from now. */
export function schedule(world: World, plan: readonly Step[]): void {
  for (const { at, name, chance } of plan) {
    const dice = new Dice(chance);
    const draw: Draw = {
      pick: (from) => (from.length === 0 ? null : dice.pick(from)),
      int: (lowest, highest) => dice.int(lowest, highest),
    };
    world.timeline.after(at, () => need(name).act(world, draw));
  }
}
