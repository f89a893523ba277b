import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type AnswerOf, type Calls, decodeMsgpack, protocolVersion } from '@sealpost/protocol';
import { BulkLoad } from '../bulk/bulk-load.ts';
import type { Bench } from '../contenders/bench.ts';
import { NodeProcess } from '../machine/node-process.ts';
import { cpuSecondsOf } from '../machine/process-tree.ts';
import { fromSource, scripts } from '../machine/scripts.ts';
import type { RowsRead } from '../relay/read-rows.ts';
import { median, medianRatio } from '../report/median.ts';
import type { Report } from '../report/report.ts';
import { groupsOf } from './casts.ts';
import type { Shape } from './shape.ts';

/** As many as the SDK asks for. */
const page = 200;
const cast = groupsOf({ rooms: 1, size: 2, senders: 2 });

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
    // The first one warms the server up.
    await readPages(away);
    for (let round = 0; round < bench.scale.catchUp.rounds; round++) {
      const { postgres } = away.charged;
      const before = {
        server: cpuSecondsOf(away.charged.server),
        postgres: cpuSecondsOf(postgres),
      };
      const began = performance.now();
      pages.splice(0, pages.length, ...(await readPages(away)));
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

/** The pages as they came: reading them is no cost of the server. */
async function readPages({ url, token, conversation, head }: Away): Promise<Buffer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'application/msgpack',
    'sealpost-protocol': String(protocolVersion.highest),
  };
  const pages: Buffer[] = [];
  for (let after = 0; after < head; after += page) {
    const path = `/v1/conversations/${conversation}/entries?incarnation=1&after=${after}&limit=${page}`;
    pages.push(
      await new Promise((resolve, reject) => {
        get(`${url}${path}`, { agent, headers }, (response) => {
          buffer(response).then(resolve, reject);
        }).on('error', reject);
      }),
    );
  }
  agent.destroy();
  return pages;
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
    ratios: { catchup: medianRatio(seconds(ours), seconds(bare)) },
    table: {
      head: ['shape', 'server', 'ms', 'CPU ms', 'Postgres'],
      rows: [row('sealpost', ours), row('bare driver', bare)],
    },
    notes: [],
    data: { ours, bare },
    ...faults,
  };
}
