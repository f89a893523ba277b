import type { AdapterFailure, Finding, Timers } from '@sealpost/domain';
import { Redis } from 'ioredis';
import type { Endpoint, Settings } from './options.ts';
import { channelsOf } from './places.ts';
import { redisFault } from './redis-fault.ts';
import { within } from './within.ts';

/** With sharded pub/sub. */
const oldest = 7;

const refusals = new Set(['NOAUTH', 'WRONGPASS', 'NOPERM']);

/** How the process itself is with Redis. */
interface Use {
  readonly ping: () => Promise<unknown>;
  /** Whether it should hear the others and does not. */
  readonly isDeaf: () => boolean;
}

/** What is to be put right, by what the first of the addresses that answers says, and by the use. Empty when nothing. */
export async function examine(
  settings: Settings,
  timers: Timers,
  { ping, isDeaf }: Use,
): Promise<readonly Finding[]> {
  const { cluster } = settings;
  try {
    const facts = await Promise.any(
      settings.endpoints.map((endpoint) => ask(endpoint, settings, timers)),
    );
    const found = [tooOld, readOnly, evicts, isFull, clusterDown].flatMap((judge) => judge(facts));
    const all = [...found, ...wrongKind(facts, cluster)];
    if (all.some(({ severity }) => severity === 'error')) return all;
    await ping();
    return isDeaf() ? [...all, notHeard] : all;
  } catch (error) {
    const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
    return [doesNotAnswer(redisFault('examine', first), cluster)];
  }
}

/** By a connection of its own: one to a cluster is there only once the cluster works. */
async function ask(endpoint: Endpoint, settings: Settings, timers: Timers): Promise<Facts> {
  const redis = new Redis({
    ...endpoint,
    lazyConnect: true,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let lastError: unknown = null;
  redis.on('error', (error: unknown) => (lastError = error));
  const answer = async (): Promise<Facts> => {
    await redis.connect();
    const info = factsIn(await redis.info());
    const isNode = info.get('cluster_enabled') === '1';
    const ofCluster = isNode ? factsIn(String(await redis.cluster('INFO'))) : [];
    await tryToListen(redis, settings);
    return new Map([...info, ...ofCluster]);
  };
  try {
    return await within(timers, settings.answerMs, 'examine', answer());
  } catch (error) {
    throw redisFault('examine', lastError ?? error);
  } finally {
    redis.disconnect();
  }
}

/** Rejects when it is not allowed to, which no other command tells; on a cluster another node may have the channel. */
async function tryToListen(redis: Redis, settings: Settings): Promise<void> {
  const [channel = ''] = channelsOf(settings);
  try {
    await (settings.cluster ? redis.ssubscribe(channel) : redis.subscribe(channel));
  } catch (error) {
    const fault = redisFault('examine', error);
    if (refusals.has(fault.detail)) throw fault;
  }
}

type Facts = ReadonlyMap<string, string>;

/** The lines `name:value` of `INFO` and `CLUSTER INFO`. */
function factsIn(text: string): Facts {
  return new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const at = line.indexOf(':');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
}

function doesNotAnswer({ detail }: AdapterFailure, isCluster: boolean): Finding {
  if (refusals.has(detail)) {
    return {
      code: 'redis_refuses',
      problem: `Redis refuses this server (${detail})`,
      fix: 'give the user and password in the address, and allow that user the keys and channels of the prefix',
      severity: 'error',
    };
  }
  return {
    code: 'redis_unreachable',
    problem: `Redis does not answer (${detail})`,
    fix: isCluster
      ? 'start it, check that the addresses are nodes of the cluster, and that what the nodes announce can be reached from here'
      : 'start it, and check host, port and whether it wants TLS (rediss://)',
    severity: 'error',
  };
}

const notHeard: Finding = {
  code: 'redis_not_heard',
  problem:
    'Redis answers, and what other processes tell does not arrive: entries come to clients up to 20 seconds late',
  fix: 'check that this server reaches every master of the cluster by the address that it announces, and that connections which only listen are not cut',
  severity: 'error',
};

function tooOld(info: Facts): readonly Finding[] {
  const version = info.get('redis_version') ?? '';
  if (Number.parseInt(version, 10) >= oldest) return [];
  return [
    {
      code: 'redis_too_old',
      problem: `Redis is version ${version || 'unknown'}`,
      fix: `use version ${oldest} or newer`,
      severity: 'error',
    },
  ];
}

function readOnly(info: Facts): readonly Finding[] {
  if (info.get('cluster_enabled') === '1' || info.get('role') !== 'slave') return [];
  return [
    {
      code: 'redis_read_only',
      problem: 'Redis is a replica, which takes no writes',
      fix: 'give the address of its master',
      severity: 'error',
    },
  ];
}

function evicts(info: Facts): readonly Finding[] {
  const policy = info.get('maxmemory_policy') ?? 'noeviction';
  if (policy === 'noeviction') return [];
  return [
    {
      code: 'redis_evicts',
      problem: `Redis drops keys when its memory is full (maxmemory-policy ${policy}): people would seem offline, and limits begin anew`,
      fix: 'set maxmemory-policy noeviction',
      severity: 'warning',
    },
  ];
}

function isFull(info: Facts): readonly Finding[] {
  const limit = Number(info.get('maxmemory') ?? 0);
  const drops = (info.get('maxmemory_policy') ?? 'noeviction') !== 'noeviction';
  if (limit === 0 || drops || Number(info.get('used_memory')) <= limit) return [];
  return [
    {
      code: 'redis_full',
      problem:
        'Redis is full (maxmemory) and takes no writes: people seem offline, and limits cannot be counted',
      fix: 'raise maxmemory, or give it to Sealpost alone',
      severity: 'error',
    },
  ];
}

function wrongKind(info: Facts, isCluster: boolean): readonly Finding[] {
  const is = info.get('cluster_enabled') === '1';
  if (is === isCluster) return [];
  return [
    is
      ? {
          code: 'redis_is_a_cluster',
          problem: 'Redis is a node of a cluster, and is used as a single server',
          fix: 'say that it is a cluster',
          severity: 'error',
        }
      : {
          code: 'redis_is_no_cluster',
          problem: 'Redis is a single server, and is used as a cluster',
          fix: 'do not say that it is a cluster, or give the addresses of one',
          severity: 'error',
        },
  ];
}

function clusterDown(info: Facts): readonly Finding[] {
  if ((info.get('cluster_state') ?? 'ok') === 'ok') return [];
  return [
    {
      code: 'redis_cluster_down',
      problem: `the cluster is not whole: ${info.get('cluster_slots_ok') ?? '0'} of 16384 slots are served`,
      fix: 'bring back the masters that are gone, or make their replicas masters (redis-cli --cluster fix)',
      severity: 'error',
    },
  ];
}
