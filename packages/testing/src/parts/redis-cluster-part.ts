import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findProgram } from './find-program.ts';
import { freePort } from './free-port.ts';
import { RedisServer } from './redis-server.ts';

export interface RedisClusterNode {
  readonly url: string;
  /** Whether it is a master now. */
  isMaster(): Promise<boolean>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again on the same port; it finds its place in the cluster by itself. */
  restart(): Promise<void>;
}

/** A Redis Cluster that nobody else uses: three masters with one replica each. */
export interface RedisClusterPart {
  readonly nodes: readonly RedisClusterNode[];
  stop(): Promise<void>;
}

const NODES = 6;
const FORM_LIMIT_MS = 60_000;

/** Starts six nodes on free ports of 127.0.0.1 and forms a cluster of them. They do not outlive this process. */
export async function redisClusterPart(): Promise<RedisClusterPart> {
  const started = await Promise.allSettled(Array.from({ length: NODES }, startNode));
  const servers = started.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    for (const it of started) if (it.status === 'rejected') throw it.reason;
    await form(servers);
    return { nodes: servers.map(nodeOf), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startNode(): Promise<RedisServer> {
  return RedisServer.start(async () => ({
    'cluster-enabled': 'yes',
    // The customary one, ten thousand above, may not exist.
    'cluster-port': String(await freePort()),
    'cluster-node-timeout': '2000',
  }));
}

function nodeOf(server: RedisServer): RedisClusterNode {
  return {
    url: `redis://127.0.0.1:${server.port}`,
    isMaster: async () => (await ask(server, 'ROLE')).startsWith('master'),
    kill: () => server.kill(),
    restart: () => server.restart(),
  };
}

async function form(servers: readonly RedisServer[]): Promise<void> {
  const addresses = servers.map(({ port }) => `127.0.0.1:${port}`);
  await redisCli('--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes');
  for (const end = performance.now() + FORM_LIMIT_MS; performance.now() < end; await sleep(100)) {
    if ((await Promise.all(servers.map(isSettled))).every(Boolean)) return;
  }
  throw new Error(`six Redis nodes formed no cluster within ${FORM_LIMIT_MS / 1000} s`);
}

/** Whether this node knows all slots as served, all others, and, if it is a replica, has caught up with its master. */
async function isSettled(server: RedisServer): Promise<boolean> {
  const info = await ask(server, 'CLUSTER', 'INFO');
  const knows = (fact: string): boolean => info.split(/\r?\n/).includes(fact);
  if (!knows('cluster_state:ok') || !knows(`cluster_known_nodes:${NODES}`)) return false;
  const nodes = await ask(server, 'CLUSTER', 'NODES');
  const replicas = nodes.split('\n').filter((line) => / (myself,)?slave /.test(line)).length;
  const role = await ask(server, 'ROLE');
  return replicas === NODES / 2 && (role.startsWith('master') || role.includes('connected'));
}

function ask(server: RedisServer, ...command: readonly string[]): Promise<string> {
  return redisCli('-p', String(server.port), ...command);
}

async function redisCli(...args: readonly string[]): Promise<string> {
  const program = findProgram('redis-cli') ?? 'redis-cli';
  const { stdout } = await promisify(execFile)(program, args, { timeout: FORM_LIMIT_MS });
  return stdout;
}
