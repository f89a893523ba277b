/** `npm run bench:page -- FILE`: writes what a call of the benchmark found into docs/performance.md, with its plots. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { goalTable } from './report/goals.ts';
import { type Plot, plotSvg } from './report/plot.ts';
import type { Results } from './report/results.ts';
import { tableLines } from './report/table.ts';
import type { AtRate } from './shapes/latency-against-load.ts';

const root = resolve(import.meta.dirname, '../../..');
const docs = join(root, 'docs');
const marks = {
  begin: '<!-- measured: written by npm run bench:page -->',
  end: '<!-- /measured -->',
};

interface AtSize {
  readonly stored: number;
  readonly send: number;
  readonly page: number;
}

function latencyPlot(reached: readonly AtRate[]): Plot {
  const servers = [...new Set(reached.map(({ server }) => server))];
  const lineOf = (server: string, which: 'p50' | 'p99') => ({
    name: `${server}, ${which}`,
    points: reached
      .filter((one) => one.server === server && Number.isFinite(one[which]))
      .map((one) => [one.perSecond, one[which]] as const),
  });
  return {
    title: 'Latency against load: pairs, open loop',
    xTitle: 'messages per second',
    yTitle: 'ms, from when a message was due until everybody had it',
    series: servers.flatMap((server) => [lineOf(server, 'p50'), lineOf(server, 'p99')]),
  };
}

const growthPlot = (sizes: readonly AtSize[]): Plot => ({
  title: 'Cost against what is stored',
  xTitle: 'stored entries',
  yTitle: 'µs of CPU, server and PostgreSQL',
  series: [
    { name: 'one message', points: sizes.map(({ stored, send }) => [stored, send]) },
    { name: 'a page of 50', points: sizes.map(({ stored, page }) => [stored, page]) },
  ],
});

/** Writes the plots that the results have, and answers the lines that show them. */
function plotsOf({ shapes }: Results): readonly string[] {
  const plots = [
    ['latency', (data: unknown) => latencyPlot(data as AtRate[])],
    ['growth', (data: unknown) => growthPlot(data as AtSize[])],
  ] as const;
  mkdirSync(join(docs, 'performance'), { recursive: true });
  return plots.flatMap(([name, plotOf]) => {
    const shape = shapes[name];
    if (!shape) return [];
    const plot = plotOf(shape.data);
    writeFileSync(join(docs, 'performance', `${name}.svg`), plotSvg(plot));
    return ['', `![${plot.title}](performance/${name}.svg)`];
  });
}

function measured(results: Results): string {
  const { at, scale, machine, shapes } = results;
  const all = Object.values(shapes);
  return [
    marks.begin,
    '',
    `Measured ${at.slice(0, 10)} (${scale} run) on ${machine.cpus} cores of ${machine.cpu}, ${machine.memoryGiB} GiB, Node ${machine.node}; load, servers and PostgreSQL share them.`,
    '',
    ...goalTable(results.ratios),
    ...plotsOf(results),
    '',
    '```text',
    ...tableLines(all.map(({ table }) => table)).slice(1),
    '',
    ...all.flatMap(({ notes }) => notes),
    results.line,
    '```',
    '',
    marks.end,
  ].join('\n');
}

const [file = join(root, 'reports/bench/full.json')] = process.argv.slice(2);
const page = join(docs, 'performance.md');
const before = readFileSync(page, 'utf8');
const [begin, end] = [before.indexOf(marks.begin), before.indexOf(marks.end)];
if (begin < 0 || end < begin) throw new Error(`${page} has no marks ${marks.begin} … ${marks.end}`);
const results = JSON.parse(readFileSync(file, 'utf8')) as Results;
const after = before.slice(0, begin) + measured(results) + before.slice(end + marks.end.length);
writeFileSync(page, after);
