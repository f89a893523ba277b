import type { Rounds } from '../shapes/play.ts';
import type { Figures } from './figures.ts';
import { median } from './median.ts';
import type { Table } from './table.ts';

const columns: readonly (readonly [string, (figures: Figures) => number])[] = [
  ['accepted/s', ({ acceptedPerSecond }) => acceptedPerSecond],
  ['delivered/s', ({ deliveriesPerSecond }) => deliveriesPerSecond],
  ['p50 ms', ({ latency }) => latency.p50],
  ['p95 ms', ({ latency }) => latency.p95],
  ['p99 ms', ({ latency }) => latency.p99],
  ['µs/message', serverOf((figures) => figures.cpuPerMessage, 'server')],
  ['Postgres', serverOf((figures) => figures.cpuPerMessage, 'postgres')],
  ['Redis', serverOf((figures) => figures.cpuPerMessage, 'redis')],
  ['MongoDB', serverOf((figures) => figures.cpuPerMessage, 'mongodb')],
  ['load', serverOf((figures) => figures.cpuPerMessage, 'load')],
  ['µs/delivery', serverOf((figures) => figures.cpuPerDelivery, 'server')],
  ['Postgres', serverOf((figures) => figures.cpuPerDelivery, 'postgres')],
  ['MiB', serverOf((figures) => figures.memoryMiB, 'server')],
  ['others', ({ othersCores }) => othersCores],
  ['sent', ({ sent }) => sent],
  ['refused', ({ refused }) => refused],
  ['lost', ({ lost }) => lost],
  ['twice', ({ duplicated }) => duplicated],
];

function serverOf(
  figures: (of: Figures) => Readonly<Record<string, number>>,
  name: string,
): (of: Figures) => number {
  return (of) => figures(of)[name] ?? NaN;
}

/** For each contender the medians of its rounds. */
export const messagingTable = (shape: string, rounds: Rounds): Table => ({
  head: ['shape', 'server', ...columns.map(([title]) => title)],
  rows: [...rounds].map(([name, figures]) => [
    shape,
    name,
    ...columns.map(([, figure]) => median(figures.map(figure))),
  ]),
});
