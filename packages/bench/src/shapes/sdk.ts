import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeProcess } from '../machine/node-process.ts';
import { fromSource, scripts } from '../machine/scripts.ts';
import { median, medianRatio } from '../report/median.ts';
import type { Report } from '../report/report.ts';
import type { Spent } from '../sdk/sdk.ts';
import type { Shape } from './shape.ts';

/** What the SDK's engine adds to the MLS library, without and with keeping its keys in files. */
export const sdk: Shape = {
  name: 'sdk',
  run: async ({ ground, scale }) => {
    const folder = join(ground.folder, 'devices');
    await mkdir(folder);
    const { messages, rounds, sizes } = scale.sdk;
    const child = new NodeProcess({
      args: [fromSource, scripts.sdk, folder, ...[messages, rounds, ...sizes].map(String)],
      log: join(ground.folder, 'sdk.log'),
    });
    return reportOf(JSON.parse(await child.firstLine()) as Spent[]);
  },
};

function reportOf(spent: readonly Spent[]): Report {
  const ratioTo = ({ size, cpu }: Spent): number => {
    const bare = spent.find((one) => one.size === size && one.way === 'ts-mls alone');
    return medianRatio(cpu, bare?.cpu ?? []);
  };
  const worst = (way: Spent['way']): number =>
    Math.max(...spent.filter((one) => one.way === way).map(ratioTo));
  return {
    ratios: { sdk: worst('SDK'), sdkKept: worst('SDK, kept in files') },
    table: {
      head: ['shape', 'devices', 'way', 'CPU ms/message', 'ms/message', '× ts-mls'],
      rows: spent.map((one) => [
        'sdk',
        one.size,
        one.way,
        median(one.cpu),
        median(one.elapsed),
        ratioTo(one),
      ]),
    },
    notes: [],
    data: spent,
    lost: 0,
    duplicated: 0,
  };
}
