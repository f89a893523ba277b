import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@sealpost/adapter-embedded-postgres';
import type { Append } from '@sealpost/domain';
import pg from 'pg';
import { connectPostgres } from '../../src/index.ts';

/**
 * How many rows a second one connection appends, fsync on: bodies of 512 bytes over 100 conversations, in batches of
 * several sizes, each for some seconds and several rounds in turn. CPU of the server's process is from /proc, so the
 * script runs on Linux; it is the figure that neighbours disturb least.
 */
const sizes = [1, 10, 100, 500];
const [rounds = 3, seconds = 3] = process.argv.slice(2).map(Number);
const body = new Uint8Array(512).map((_, index) => (index * 167) & 255);
const digest = new Uint8Array(32).fill(7);

let made = 0;
/** Rises with time, as the client ids of devices do. */
const clientId = (): string =>
  `${Date.now().toString(16).padStart(12, '0')}-${(made++).toString(16).padStart(19, '0')}`;
const conversations = Array.from({ length: 100 }, (_, index) => {
  const name = (kind: string): string => `${kind}${String(index).padStart(31, '0')}`;
  return { conversation: name('c'), sender: { account: name('a'), device: name('d') } };
});

function anAppend(index: number, kind: 'created' | 'message'): Append {
  const { conversation, sender } = conversations[index % conversations.length] ?? {
    conversation: '',
    sender: { account: '', device: '' },
  };
  return {
    draft: {
      conversation,
      sender,
      kind,
      class: 'loud',
      generation: 1,
      epoch: 1,
      clientId: clientId(),
      after: null,
      change: null,
      blobs: [],
      digest,
    },
    parts: [{ audience: 'all', bytes: body }],
    basis: kind === 'created' ? 0 : 1,
    now: Date.now(),
    supersedes: null,
  };
}

const at = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

const dataFolder = await mkdtemp(join(tmpdir(), 'sealpost-bench-'));
const server = await startEmbeddedPostgres({ dataFolder, durability: 'full' });
const stores = connectPostgres({ url: server.url, poolSize: 1 });
try {
  await stores.migrate();
  await stores.log.append(conversations.map((_, index) => anAppend(index, 'created')));
  const pid = await backendOf(server.url);
  for (let round = 0; round < rounds; round++) for (const size of sizes) await measure(size, pid);
} finally {
  await stores.stop();
  await server.stop();
  await rm(dataFolder, { recursive: true, force: true });
}

async function backendOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE application_name = 'sealpost'`,
  );
  await client.end();
  return rows[0]?.pid ?? 0;
}

/** Microseconds of CPU that a process has used. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

async function measure(size: number, pid: number): Promise<void> {
  const [began, server0, own0] = [performance.now(), cpuOf(pid), process.cpuUsage()];
  const latencies: number[] = [];
  let rows = 0;
  while (performance.now() - began < seconds * 1000) {
    const batch = Array.from({ length: size }, (_, index) => anAppend(rows + index, 'message'));
    const sent = performance.now();
    const outcomes = await stores.log.append(batch);
    latencies.push(performance.now() - sent);
    if (outcomes.some(({ code }) => code !== 'appended'))
      throw new Error('every message is appended');
    rows += size;
  }
  const own = process.cpuUsage(own0);
  const figures = {
    batch: size,
    'rows/s': Math.round((rows * 1000) / (performance.now() - began)),
    'p50 ms': at(latencies, 0.5).toFixed(2),
    'p99 ms': at(latencies, 0.99).toFixed(2),
    'postgres us/row': ((cpuOf(pid) - server0) / rows).toFixed(1),
    'node us/row': ((own.user + own.system) / rows).toFixed(1),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}
