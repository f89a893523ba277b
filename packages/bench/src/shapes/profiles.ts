import type { ContenderName } from '../contenders/bench.ts';
import { shown } from '../report/closing-line.ts';
import { type Figures, serverCpu } from '../report/figures.ts';
import { medianRatio } from '../report/median.ts';
import { messaging } from './messaging.ts';
import type { Rounds, Traffic } from './play.ts';
import type { Shape } from './shape.ts';

const figures: readonly (readonly [string, (figures: Figures) => number])[] = [
  ['accepted/s', ({ acceptedPerSecond }) => acceptedPerSecond],
  ['CPU', serverCpu],
  ['p99', ({ latency }) => latency.p99],
];

const onePerProfile: readonly ContenderName[] = ['sealpost', 'sealpost-redis', 'sealpost-mongo'];

/** One process on each profile that several processes can share, beside the floor. */
export const profiles = (shape: Traffic & { readonly name: string }): Shape =>
  messaging({
    ...shape,
    contenders: [...onePerProfile, 'floor'],
    judged: false,
    optional: true,
    notes: (rounds) => onePerProfile.map((name) => `${shape.name}: ${ofFloor(rounds, name)}`),
  });

function ofFloor(rounds: Rounds, name: ContenderName): string {
  const [own = [], floor = []] = [rounds.get(name), rounds.get('floor')];
  const ratios = figures.map(
    ([title, figure]) => `${title} ${shown(medianRatio(own.map(figure), floor.map(figure)))}`,
  );
  return `${name} has of the floor ${ratios.join(', ')}`;
}
