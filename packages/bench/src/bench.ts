/** `npm run bench`: how fast the product is, beside the least that its own stack costs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { Bench } from './contenders/bench.ts';
import { allowConnections } from './machine/open-files.ts';
import { type Options, optionsIn } from './options.ts';
import { closingLine, missingIn, type Ratios } from './report/closing-line.ts';
import type { Report } from './report/report.ts';
import type { Results } from './report/results.ts';
import { tableLines } from './report/table.ts';
import { shapes } from './shapes/index.ts';

const reports = resolve(import.meta.dirname, '../../../reports/bench');

interface Run {
  readonly found: ReadonlyMap<string, Report>;
  /** Shapes that could not be measured, and why: the others say what they say all the same. */
  readonly failed: readonly string[];
}

async function run({ scale, only, profiles }: Options): Promise<Run> {
  const found = new Map<string, Report>();
  const failed: string[] = [];
  const bench = await Bench.open(scale, profiles);
  const interrupted = (): void => {
    void bench.close().finally(() => process.exit(130));
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    for (const shape of shapes) {
      const isAsked = only?.includes(shape.name) ?? (!shape.optional || scale.name === 'full');
      if (!isAsked) continue;
      const began = performance.now();
      try {
        found.set(shape.name, await shape.run(bench));
      } catch (error) {
        failed.push(`${shape.name}: ${error instanceof Error ? error.stack : 'failed'}`);
      }
      const seconds = (performance.now() - began) / 1000;
      process.stdout.write(`${shape.name}: ended after ${seconds.toFixed(0)} s\n`);
    }
  } finally {
    await bench.close();
  }
  return { found, failed };
}

/** Prints and keeps what was found, and answers what is wrong with it. */
function conclude(options: Options, { found, failed }: Run): readonly string[] {
  const all = [...found.values()];
  const ratios: Ratios = Object.assign({}, ...all.map((report) => report.ratios)) as Ratios;
  const losses = {
    lost: all.reduce((sum, { lost }) => sum + lost, 0),
    duplicated: all.reduce((sum, { duplicated }) => sum + duplicated, 0),
  };
  const line = closingLine(ratios, losses);
  const results: Results = {
    at: new Date().toISOString(),
    scale: options.scale.name,
    machine: {
      node: process.version,
      cpu: cpus()[0]?.model ?? 'unknown',
      cpus: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    },
    line,
    ratios,
    ...losses,
    shapes: Object.fromEntries(
      [...found].map(([name, { table, data, notes }]) => [name, { table, notes, data }]),
    ),
  };
  mkdirSync(reports, { recursive: true });
  const file = join(reports, `${options.scale.name}.json`);
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  const lines = [
    ...tableLines(all.map(({ table }) => table)),
    '',
    ...all.flatMap(({ notes }) => notes),
    `Limiters are on, raised by configuration so that they do not decide. Results: ${file}`,
    line,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  const isWrong = losses.lost > 0 || losses.duplicated > 0;
  return [
    ...failed,
    ...(isWrong ? ['messages were lost or duplicated'] : []),
    ...(options.only === null ? missingIn(ratios).map((name) => `${name} was not measured`) : []),
  ];
}

const options = optionsIn(
  process.argv.slice(2),
  shapes.map(({ name }) => name),
);
const again = allowConnections(options.scale.mostConnections);
if (again === null) {
  const wrong = conclude(options, await run(options));
  for (const one of wrong) process.stderr.write(`${one}\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} else process.exitCode = again;
