import { join } from 'node:path';
import { freePort } from '@sealpost/testing/parts';
import { BulkLoad } from '../bulk/bulk-load.ts';
import type { Bench } from '../contenders/bench.ts';
import type { Contender } from '../contenders/contender.ts';
import type { Ground } from '../contenders/ground.ts';
import { Relay } from '../contenders/relay.ts';
import { Sealpost } from '../contenders/sealpost.ts';
import type { IdleResult, IdleSpec } from '../load/load-spec.ts';
import { collectGarbage } from '../machine/collect-garbage.ts';
import { NodeProcess } from '../machine/node-process.ts';
import { cpuSecondsOf, memoryMiBOf } from '../machine/process-tree.ts';
import { fromSource, scripts } from '../machine/scripts.ts';
import type { Report } from '../report/report.ts';
import type { Scale } from '../scale.ts';
import { groupsOf } from './casts.ts';
import type { Shape } from './shape.ts';

interface Measured {
  readonly server: string;
  readonly connections: number;
  readonly connectionsPerSecond: number;
  /** Microseconds of the server's and of PostgreSQL's CPU for each. */
  readonly serverCpu: number;
  readonly postgresCpu: number;
  /** Of the server, garbage collected. */
  readonly memoryMiB: number;
  /** More than it held without any. */
  readonly kibPerConnection: number;
}

/** Connections that are let in and then do nothing: what one costs, and what it holds. */
export const idle: Shape = {
  name: 'idle',
  run: async (bench) => {
    const measured = [
      ...(await onOne(bench, (port) =>
        Sealpost.start(bench.ground, { name: 'sealpost idle', nodeOptions: inspecting(port) }),
      )),
      ...(await onOne(bench, (port) =>
        Relay.start(bench.ground, {
          name: 'floor idle',
          store: 'adaptive',
          nodeOptions: inspecting(port),
        }),
      )),
    ];
    return reportOf(measured, await measuredMembers(bench));
  },
};

const membersOfOne = 100;
const pair = groupsOf({ rooms: 1, size: 2, senders: 0 });

/** The same, of accounts that are members of many conversations. */
async function measuredMembers(bench: Bench): Promise<readonly Measured[]> {
  const { idleMembers } = bench.scale;
  if (!idleMembers) return [];
  const { connections, conversations } = idleMembers;
  return onOne({ ground: bench.ground, scale: { idle: [connections] } }, async (port) => {
    const name = `sealpost, ${conversations} each`;
    const sealpost = await Sealpost.start(bench.ground, { name, nodeOptions: inspecting(port) });
    const bulk = new BulkLoad(sealpost.database);
    const [room] = (await sealpost.prepare(pair)).rooms;
    const devices = await sealpost.world.devices(connections);
    for (let at = 0; at < connections; at += membersOfOne)
      await bulk.join(
        devices.slice(at, at + membersOfOne),
        await bulk.clone(room?.id ?? '', conversations),
      );
    await bulk.settle();
    return sealpost;
  });
}

const inspecting = (port: number): readonly string[] => [`--inspect-port=127.0.0.1:${port}`];

/** On a server of its own, so that nothing but these connections is in its memory. */
async function onOne(
  { ground, scale }: { readonly ground: Ground; readonly scale: Pick<Scale, 'idle'> },
  start: (inspectorPort: number) => Promise<Contender>,
): Promise<Measured[]> {
  const port = await freePort();
  const contender = await start(port);
  const crowds: NodeProcess[] = [];
  try {
    const { server = [], postgres = [] } = contender.charged;
    const held = async (): Promise<number> => {
      for (const pid of server) await collectGarbage(pid, port);
      return memoryMiBOf(server);
    };
    const empty = await held();
    const measured: Measured[] = [];
    const spec = await contender.prepare(castOf(Math.max(...scale.idle), contender));
    let connected = 0;
    for (const connections of scale.idle) {
      const before = { server: cpuSecondsOf(server), postgres: cpuSecondsOf(postgres) };
      const crowd = await connect(ground, contender, someOf(spec, connected, connections));
      crowds.push(crowd.process);
      const more = connections - connected;
      connected = connections;
      const used = (roots: readonly number[], since: number): number =>
        ((cpuSecondsOf(roots) - since) * 1e6) / more;
      const serverCpu = used(server, before.server);
      const postgresCpu = used(postgres, before.postgres);
      const memoryMiB = await held();
      measured.push({
        server: contender.name,
        connections,
        connectionsPerSecond: more / crowd.seconds,
        serverCpu,
        postgresCpu,
        memoryMiB,
        kibPerConnection: ((memoryMiB - empty) * 1024) / connections,
      });
    }
    return measured;
  } finally {
    for (const crowd of crowds) await crowd.stop();
    await contender.stop();
  }
}

/** A relay knows a client by the room that it entered; the product by its device, which needs no conversation. */
const castOf = (seats: number, { dialect }: Contender) =>
  dialect === 'relay' ? groupsOf({ rooms: seats / 2, size: 2, senders: 0 }) : { seats, rooms: [] };

/** The clients from one place to another, as a cast of their own. */
function someOf(
  { tokens, rooms }: Pick<IdleSpec, 'tokens' | 'rooms'>,
  from: number,
  to: number,
): Pick<IdleSpec, 'tokens' | 'rooms'> {
  const own = rooms.filter(({ members }) => members.every((seat) => seat >= from && seat < to));
  return {
    tokens: tokens.slice(from, to),
    rooms: own.map((room) => ({ ...room, members: room.members.map((seat) => seat - from) })),
  };
}

async function connect(
  ground: Ground,
  { dialect, urls }: Contender,
  some: Pick<IdleSpec, 'tokens' | 'rooms'>,
): Promise<{ process: NodeProcess; seconds: number }> {
  const child = new NodeProcess({
    args: [fromSource, scripts.idle],
    log: join(ground.folder, 'idle.log'),
  });
  child.give(JSON.stringify({ dialect, urls, ...some } satisfies IdleSpec));
  const { seconds } = JSON.parse(await child.firstLine()) as IdleResult;
  return { process: child, seconds };
}

function reportOf(measured: readonly Measured[], ofMembers: readonly Measured[]): Report {
  const most = Math.max(...measured.map(({ connections }) => connections));
  const [ours, floor] = measured.filter(({ connections }) => connections === most);
  return {
    ratios: {
      idle: (ours?.kibPerConnection ?? NaN) / (floor?.kibPerConnection ?? NaN),
      idleServerCpu: (ours?.serverCpu ?? NaN) / (floor?.serverCpu ?? NaN),
    },
    table: {
      head: [
        'shape',
        'server',
        'connections',
        'connected/s',
        'µs/connection',
        'Postgres',
        'MiB',
        'KiB/connection',
      ],
      rows: [...measured, ...ofMembers].map((one) => [
        'idle',
        one.server,
        one.connections,
        one.connectionsPerSecond,
        one.serverCpu,
        one.postgresCpu,
        one.memoryMiB,
        one.kibPerConnection,
      ]),
    },
    notes: [],
    data: [...measured, ...ofMembers],
    lost: 0,
    duplicated: 0,
  };
}
