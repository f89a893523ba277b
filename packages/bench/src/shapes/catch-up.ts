import { join } from 'node:path';
import { type AnswerOf, type Calls, decodeMsgpack } from '@sealpost/protocol';
import { BulkLoad } from '../bulk/bulk-load.ts';
import type { Bench } from '../contenders/bench.ts';
import { NodeProcess } from '../machine/node-process.ts';
import { cpuSecondsOf } from '../machine/process-tree.ts';
import { fromSource, scripts } from '../machine/scripts.ts';
import type { RowsRead } from '../relay/read-rows.ts';
import { median, medianRatio } from '../report/median.ts';
import type { Report } from '../report/report.ts';
import { groupsOf } from './casts.ts';
import { readPages } from './read-pages.ts';
import type { Shape } from './shape.ts';

/** As many as the SDK asks for. */
const page = 200;
/** A group, so that no other cast has the conversation too. */
const cast = groupsOf({ rooms: 1, size: 3, senders: 1 });

interface Read {
  readonly seconds: number;
  /** Seconds of who reads from PostgreSQL: the server, or the bare driver's process. */
  readonly reader: number;
  readonly postgres: number;
}

/** A device that was away reads everything that it missed, to the last page. */
export const catchUp: Shape = {
  name: 'catchup',
  run: async (bench) => {
    const { entries } = bench.scale.catchUp;
    const away = await prepared(bench, entries);
    const ours: Read[] = [];
    const bare: Read[] = [];
    const pages: Buffer[] = [];
    const starts = Array.from({ length: Math.ceil(away.head / page) }, (_, at) => at * page);
    const readAll = () => readPages(away, starts, page);
    // The first one warms the server up.
    await readAll();
    for (let round = 0; round < bench.scale.catchUp.rounds; round++) {
      const { postgres } = away.charged;
      const before = {
        server: cpuSecondsOf(away.charged.server),
        postgres: cpuSecondsOf(postgres),
      };
      const began = performance.now();
      pages.splice(0, pages.length, ...(await readAll()));
      ours.push({
        seconds: (performance.now() - began) / 1000,
        reader: cpuSecondsOf(away.charged.server) - before.server,
        postgres: cpuSecondsOf(postgres) - before.postgres,
      });
      bare.push(await readBare(bench, away));
    }
    return reportOf(ours, bare, faultsIn(pages, entries));
  },
};

interface Away {
  readonly url: string;
  readonly token: string;
  readonly conversation: string;
  readonly head: number;
  readonly database: string;
  readonly charged: { readonly server: readonly number[]; readonly postgres: readonly number[] };
}

async function prepared(bench: Bench, entries: number): Promise<Away> {
  const { urls, charged, database, world } = await bench.sealpost();
  const url = urls[0] ?? '';
  const { tokens, rooms } = await world.found(url, cast);
  const conversation = rooms[0]?.id ?? '';
  const bulk = new BulkLoad(database);
  const senders = new Map([[conversation, (await world.devices(cast.seats)).slice(0, 1)]]);
  await bulk.append([conversation], { senders, messages: entries });
  await bulk.settle();
  return {
    url,
    token: tokens[1] ?? '',
    conversation,
    head: entries + 1,
    database,
    charged: { server: charged['server'] ?? [], postgres: charged['postgres'] ?? [] },
  };
}

async function readBare({ ground }: Bench, away: Away): Promise<Read> {
  const before = cpuSecondsOf(away.charged.postgres);
  const child = new NodeProcess({
    args: [fromSource, scripts.readRows, away.conversation, String(page)],
    env: { BENCH_POSTGRES_URL: away.database },
    log: join(ground.folder, 'read-rows.log'),
  });
  const { rows, seconds, cpuSeconds } = JSON.parse(await child.firstLine()) as RowsRead;
  if (rows !== away.head) throw new Error(`the bare driver read ${rows} rows of ${away.head}`);
  // It read everything twice.
  return {
    seconds,
    reader: cpuSeconds,
    postgres: (cpuSecondsOf(away.charged.postgres) - before) / 2,
  };
}

/** What a device would miss, or be given twice. */
function faultsIn(pages: readonly Buffer[], entries: number): { lost: number; duplicated: number } {
  const seqs = pages.flatMap((bytes) =>
    (decodeMsgpack(bytes) as AnswerOf<Calls['entries']>).entries.map(({ seq }) => seq),
  );
  const distinct = new Set(seqs);
  return { lost: entries + 1 - distinct.size, duplicated: seqs.length - distinct.size };
}

const cpu = ({ reader, postgres }: Read): number => reader + postgres;

function reportOf(
  ours: readonly Read[],
  bare: readonly Read[],
  faults: { lost: number; duplicated: number },
): Report {
  const seconds = (reads: readonly Read[]): number[] => reads.map((read) => read.seconds);
  const row = (name: string, reads: readonly Read[]) => [
    'catchup',
    name,
    median(seconds(reads)) * 1000,
    median(reads.map(({ reader }) => reader)) * 1000,
    median(reads.map(({ postgres }) => postgres)) * 1000,
  ];
  return {
    // Of CPU: how long it takes is as much the client's and the network's.
    ratios: { catchup: medianRatio(ours.map(cpu), bare.map(cpu)) },
    table: {
      head: ['shape', 'server', 'ms', 'CPU ms', 'Postgres'],
      rows: [row('sealpost', ours), row('bare driver', bare)],
    },
    notes: [],
    data: { ours, bare },
    ...faults,
  };
}
