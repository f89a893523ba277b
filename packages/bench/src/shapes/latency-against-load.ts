import { messagingTable } from '../report/messaging-table.ts';
import type { Report } from '../report/report.ts';
import type { Table } from '../report/table.ts';
import { median } from '../report/median.ts';
import { groupsOf } from './casts.ts';
import { play } from './play.ts';
import type { Shape } from './shape.ts';

const rates = [250, 500, 1_000, 2_000, 4_000, 8_000];
const cast = groupsOf({ rooms: 50, size: 2, senders: 2 });

/** What one server needed at one rate. */
export interface AtRate {
  readonly server: string;
  readonly perSecond: number;
  readonly acceptedPerSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Latency against load, until it is no longer held. */
export const latencyAgainstLoad: Shape = {
  name: 'latency',
  optional: true,
  run: async (bench) => {
    const contenders = [await bench.contender('sealpost'), await bench.contender('floor')];
    const tables: Table[] = [];
    const reached: AtRate[] = [];
    const losses = { lost: 0, duplicated: 0 };
    for (const perSecond of rates) {
      const traffic = { cast, pace: { kind: 'open', perSecond } } as const;
      const rounds = await play(bench.ground, traffic, contenders, bench.scale.shown);
      tables.push(messagingTable(`at ${perSecond}/s`, rounds));
      for (const [server, figures] of rounds) {
        reached.push({
          server,
          perSecond,
          acceptedPerSecond: median(figures.map((one) => one.acceptedPerSecond)),
          p50: median(figures.map((one) => one.latency.p50)),
          p99: median(figures.map((one) => one.latency.p99)),
        });
        for (const { lost, duplicated } of figures) {
          losses.lost += lost;
          losses.duplicated += duplicated;
        }
      }
    }
    const table = { head: tables[0]?.head ?? [], rows: tables.flatMap(({ rows }) => rows) };
    return { ratios: {}, table, notes: [], data: reached, ...losses } satisfies Report;
  },
};
