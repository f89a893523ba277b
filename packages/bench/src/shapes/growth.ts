import type { DeviceRef } from '@sealpost/domain';
import { BulkLoad } from '../bulk/bulk-load.ts';
import type { Bench } from '../contenders/bench.ts';
import { Sealpost } from '../contenders/sealpost.ts';
import type { Room } from '../load/load-spec.ts';
import { cpuSecondsOf } from '../machine/process-tree.ts';
import { type Figures, serverCpu } from '../report/figures.ts';
import { median } from '../report/median.ts';
import type { Report } from '../report/report.ts';
import { groupsOf } from './casts.ts';
import { play } from './play.ts';
import { readPages } from './read-pages.ts';
import type { Shape } from './shape.ts';

const cast = groupsOf({ rooms: 50, size: 2, senders: 2 });
/** Half of what is stored is in the conversations that go on, the other half in as many others as it takes. */
const messagesInOthers = 100;
const page = 50;
/** Of each of the rounds, the first of which only warms up: a server compiles while it answers its first thousand. */
const pages = 1_000;
const pageRounds = 3;

interface Size {
  readonly stored: number;
  readonly sends: readonly Figures[];
  /** Microseconds of CPU of the server and of PostgreSQL for each page. */
  readonly pageServer: number;
  readonly pagePostgres: number;
}

/** The same with more and more stored: what a send and a page cost must not grow with it. */
export const growth: Shape = {
  name: 'growth',
  run: async (bench) => {
    const sealpost = await Sealpost.start(bench.ground, { name: 'sealpost growth' });
    try {
      const sizes: Size[] = [];
      let loaded = 0;
      for (const stored of bench.scale.growth) {
        await grow(sealpost, stored - loaded);
        loaded = stored;
        sizes.push(await measured(bench, sealpost, stored));
      }
      return reportOf(sizes);
    } finally {
      await sealpost.stop();
    }
  },
};

/** Servers know the heads of conversations that go on, so none runs meanwhile. */
async function grow(sealpost: Sealpost, entries: number): Promise<void> {
  const { rooms } = await sealpost.prepare(cast);
  const devices = await sealpost.world.devices(cast.seats);
  const sendersOf = ({ members }: Room): DeviceRef[] =>
    members.flatMap((seat) => devices[seat] ?? []);
  const [template] = rooms;
  if (!template) throw new Error('the cast has no room');
  await sealpost.restart(async () => {
    const bulk = new BulkLoad(sealpost.database);
    const others = await bulk.clone(template.id, Math.ceil(entries / 2 / messagesInOthers));
    await bulk.append(others, {
      senders: new Map(others.map((id) => [id, sendersOf(template)])),
      messages: messagesInOthers,
    });
    await bulk.append(
      rooms.map(({ id }) => id),
      {
        senders: new Map(rooms.map((room) => [room.id, sendersOf(room)])),
        messages: Math.ceil(entries / 2 / rooms.length),
      },
    );
    await bulk.settle();
  });
}

async function measured(bench: Bench, sealpost: Sealpost, stored: number): Promise<Size> {
  const traffic = { cast, pace: { kind: 'closed', window: 4 } } as const;
  const rounds = await play(bench.ground, traffic, [sealpost], bench.scale.judged);
  const sends = rounds.get(sealpost.name) ?? [];
  const [, ...reads] = await measuredPages(sealpost, stored);
  return {
    stored,
    sends,
    pageServer: median(reads.map(({ server }) => server)),
    pagePostgres: median(reads.map(({ postgres }) => postgres)),
  };
}

/** Microseconds of CPU for each page, by round. */
async function measuredPages(
  sealpost: Sealpost,
  stored: number,
): Promise<readonly { readonly server: number; readonly postgres: number }[]> {
  const { tokens, rooms } = await sealpost.prepare(cast);
  const log = {
    url: sealpost.urls[0] ?? '',
    token: tokens[0] ?? '',
    conversation: rooms[0]?.id ?? '',
  };
  const newest = stored / 2 / rooms.length - page;
  const { server = [], postgres = [] } = sealpost.charged;
  const reads = [];
  for (let round = 0; round <= pageRounds; round++) {
    const starts = Array.from({ length: pages }, () => Math.floor(Math.random() * newest));
    const before = { server: cpuSecondsOf(server), postgres: cpuSecondsOf(postgres) };
    await readPages(log, starts, page);
    reads.push({
      server: ((cpuSecondsOf(server) - before.server) * 1e6) / pages,
      postgres: ((cpuSecondsOf(postgres) - before.postgres) * 1e6) / pages,
    });
  }
  return reads;
}

const sendCpu = ({ sends }: Size): number => median(sends.map(serverCpu));
const pageCpu = ({ pageServer, pagePostgres }: Size): number => pageServer + pagePostgres;

function reportOf(sizes: readonly Size[]): Report {
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (!first || !last) throw new Error('no size was measured');
  const all = sizes.flatMap(({ sends }) => sends);
  return {
    // The worse of both.
    ratios: { growth: Math.max(sendCpu(last) / sendCpu(first), pageCpu(last) / pageCpu(first)) },
    table: {
      head: [
        'shape',
        'stored',
        'accepted/s',
        'µs/message',
        'Postgres',
        `µs/page of ${page}`,
        'Postgres',
      ],
      rows: sizes.map(({ stored, sends, pageServer, pagePostgres }) => [
        'growth',
        stored,
        median(sends.map(({ acceptedPerSecond }) => acceptedPerSecond)),
        median(sends.map(({ cpuPerMessage }) => cpuPerMessage['server'] ?? NaN)),
        median(sends.map(({ cpuPerMessage }) => cpuPerMessage['postgres'] ?? NaN)),
        pageServer,
        pagePostgres,
      ]),
    },
    notes: [],
    data: sizes.map((size) => ({ ...size, send: sendCpu(size), page: pageCpu(size) })),
    lost: all.reduce((sum, { lost }) => sum + lost, 0),
    duplicated: all.reduce((sum, { duplicated }) => sum + duplicated, 0),
  };
}
