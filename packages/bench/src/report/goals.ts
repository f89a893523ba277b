import { type Ratios, shown } from './closing-line.ts';

interface Goal {
  readonly what: string;
  readonly figure: keyof Ratios;
  readonly bound: 'at least' | 'at most';
  readonly value: number;
  readonly unit: string;
}

const goal = (
  what: string,
  figure: Goal['figure'],
  bound: Goal['bound'],
  value: number,
  unit = '',
): Goal => ({ what, figure, bound, value, unit });

/** What the product must reach, each as a figure of one call of the benchmark. */
export const goals: readonly Goal[] = [
  goal('pairs, closed loop: accepted/s, of the floor', 'pairs', 'at least', 0.6),
  goal('the same, of one transaction per message', 'pairsToOneByOne', 'at least', 3.5),
  goal('CPU per message, server and PostgreSQL together, of the floor', 'cpu', 'at most', 2),
  goal('groups of 100: deliveries/s, of the floor', 'groups100', 'at least', 0.8),
  goal('groups of 100: CPU per delivery, of the floor', 'cpuPerDelivery100', 'at most', 1.3),
  goal('p99 end to end at 500 messages/s in pairs, of the floor', 'p99at500', 'at most', 2),
  goal('CPU per message at 500 messages/s, of the floor', 'cpuat500', 'at most', 1.5),
  goal('2,000 messages/s: held', 'held2000', 'at least', 0.98),
  goal('2,000 messages/s: p99, of the floor', 'open2000', 'at most', 2),
  goal('one hot conversation, of one transaction per message', 'hot', 'at least', 8),
  goal('10,000 connections and 1,000 messages/s: held', 'crowdHeld', 'at least', 0.98),
  goal('the same: p99', 'crowdP99', 'at most', 100, ' ms'),
  goal('the same: memory of the server', 'crowdMiB', 'at most', 450, ' MiB'),
  goal('memory per idle connection, of bare Socket.io', 'idle', 'at most', 1.3),
  goal('CPU to let a connection in, of bare Socket.io', 'idleServerCpu', 'at most', 2),
  goal('catch-up of 10,000 entries, of the bare driver', 'catchup', 'at most', 2),
  goal('send and page, with the most stored, of with the fewest', 'growth', 'at most', 1.3),
  goal('SDK: encrypt and decrypt, of ts-mls alone', 'sdk', 'at most', 1.2),
  goal('SDK: the same, kept in files', 'sdkKept', 'at most', 2),
];

/** Null: it was not measured. */
export const isReached = ({ bound, value }: Goal, figure: number | undefined): boolean | null => {
  if (figure === undefined || !Number.isFinite(figure)) return null;
  return bound === 'at least' ? figure >= value : figure <= value;
};

const verdicts = { true: 'yes', false: '**no**', null: 'not measured' } as const;

/** The goals and what was reached, as a table in Markdown. */
export const goalTable = (ratios: Ratios): readonly string[] => [
  '| what | goal | reached | met |',
  '| --- | --- | ---: | --- |',
  ...goals.map((one) => {
    const figure = ratios[one.figure];
    const verdict = verdicts[`${isReached(one, figure)}`];
    const reached = `${shown(figure ?? NaN)}${one.unit}`;
    return `| ${one.what} | ${one.bound} ${one.value}${one.unit} | ${reached} | ${verdict} |`;
  }),
];
