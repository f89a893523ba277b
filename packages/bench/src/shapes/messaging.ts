import type { ContenderName } from '../contenders/bench.ts';
import type { Ratios } from '../report/closing-line.ts';
import type { Figures } from '../report/figures.ts';
import { median, medianRatio } from '../report/median.ts';
import { messagingTable } from '../report/messaging-table.ts';
import type { Report } from '../report/report.ts';
import { play, type Rounds, type Traffic } from './play.ts';
import type { Shape } from './shape.ts';

interface Messaging extends Traffic {
  readonly name: string;
  readonly contenders: readonly ContenderName[];
  /** Whether a goal stands on it, and it is measured more often. */
  readonly judged: boolean;
  readonly optional?: true;
  readonly ratios?: (compare: Compare, of: OfSealpost) => Ratios;
  /** Beside the table. */
  readonly notes?: (rounds: Rounds) => readonly string[];
}

/** How often the product is another contender in some figure. */
type Compare = (to: ContenderName, figure: (figures: Figures) => number) => number;

/** The product's own figure, the median of its rounds. */
type OfSealpost = (figure: (figures: Figures) => number) => number;

const comparing =
  (rounds: Rounds): Compare =>
  (to, figure) =>
    medianRatio((rounds.get('sealpost') ?? []).map(figure), (rounds.get(to) ?? []).map(figure));

const ofSealpost =
  (rounds: Rounds): OfSealpost =>
  (figure) =>
    median((rounds.get('sealpost') ?? []).map(figure));

/** A shape in which members of rooms send to each other. */
export const messaging = (shape: Messaging): Shape => ({
  name: shape.name,
  ...(shape.optional ? { optional: true } : {}),
  run: async (bench) => {
    const { judged, shown } = bench.scale;
    const contenders = [];
    for (const name of shape.contenders) contenders.push(await bench.contender(name));
    const rounds = await play(bench.ground, shape, contenders, shape.judged ? judged : shown);
    await bench.stop('extra');
    return messagingReport(shape, rounds);
  },
});

function messagingReport(shape: Messaging, rounds: Rounds): Report {
  const all = [...rounds.values()].flat();
  const { pace } = shape;
  return {
    ratios: shape.ratios?.(comparing(rounds), ofSealpost(rounds)) ?? {},
    table: messagingTable(shape.name, rounds),
    notes: [
      ...(pace.kind === 'open' ? heldNotes(shape.name, pace.perSecond, rounds) : []),
      ...(shape.notes?.(rounds) ?? []),
    ],
    data: Object.fromEntries(rounds),
    lost: all.reduce((sum, { lost }) => sum + lost, 0),
    duplicated: all.reduce((sum, { duplicated }) => sum + duplicated, 0),
  };
}

const heldShare = 0.98;

/** Who took less than was sent did not hold the rate, and its latency is only that of a queue that grows. */
const heldNotes = (shape: string, perSecond: number, rounds: Rounds): string[] =>
  [...rounds].flatMap(([name, figures]) => {
    const held = figures.filter((one) => one.acceptedPerSecond >= heldShare * perSecond).length;
    return held === figures.length
      ? []
      : [`${shape}: ${name} held ${perSecond}/s in ${held} of ${figures.length} rounds`];
  });
