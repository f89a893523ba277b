import type { Bench } from '../contenders/bench.ts';
import { Relay } from '../contenders/relay.ts';
import { Sealpost } from '../contenders/sealpost.ts';
import { cpuSecondsOf } from '../machine/process-tree.ts';
import { median } from '../report/median.ts';
import type { Report } from '../report/report.ts';
import type { Shape } from './shape.ts';

interface Start {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** From the start of the process until it serves, on tables that are there. */
export const coldStart: Shape = {
  name: 'coldstart',
  optional: true,
  run: async (bench) => {
    const { rounds } = bench.scale.judged;
    const ours: Start[] = [];
    const floor: Start[] = [];
    const sealpost = await Sealpost.start(bench.ground, { name: 'sealpost start' });
    try {
      for (let round = 0; round < rounds; round++) {
        ours.push(await restarted(sealpost));
        floor.push(await started(bench));
      }
    } finally {
      await sealpost.stop();
    }
    return reportOf({ sealpost: ours, floor });
  },
};

async function restarted(sealpost: Sealpost): Promise<Start> {
  let began = 0;
  await sealpost.restart(async () => {
    began = performance.now();
  });
  const seconds = (performance.now() - began) / 1000;
  return { seconds, cpuSeconds: cpuSecondsOf(sealpost.charged['server'] ?? []) };
}

async function started({ ground }: Bench): Promise<Start> {
  const began = performance.now();
  const relay = await Relay.start(ground, { name: 'floor start', store: 'adaptive' });
  const seconds = (performance.now() - began) / 1000;
  const cpuSeconds = cpuSecondsOf(relay.charged['server'] ?? []);
  await relay.stop();
  return { seconds, cpuSeconds };
}

const reportOf = (starts: Readonly<Record<string, readonly Start[]>>): Report => ({
  ratios: {},
  table: {
    head: ['shape', 'server', 'ms', 'CPU ms'],
    rows: Object.entries(starts).map(([name, all]) => [
      'coldstart',
      name,
      median(all.map(({ seconds }) => seconds)) * 1000,
      median(all.map(({ cpuSeconds }) => cpuSeconds)) * 1000,
    ]),
  },
  notes: [],
  data: starts,
  lost: 0,
  duplicated: 0,
});
