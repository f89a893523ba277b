import type { AdapterFailure, Finding } from '@sealpost/domain';
import type { Database } from './database.ts';
import { failureOf, isNoCollection } from './driver-fault.ts';
import { pendingPreparations } from './preparations.ts';

/** MongoDB 7.0. */
const OLDEST = { wireVersion: 21, name: '7.0' };
/** Authentication failed, unauthorised. */
const REFUSALS = new Set(['code_18', 'code_13']);
/** By the conversation, in either collection. */
const SHARD_KEYS = [
  ['entries', 'conversation'],
  ['logs', '_id'],
] as const;
const WEAK: Readonly<Record<string, RegExp>> = {
  w: /^majority$/,
  journal: /^true$/,
  readconcernlevel: /^majority$/,
  readpreference: /^primary$/,
};

interface Hello {
  readonly maxWireVersion?: number;
  readonly setName?: string;
  readonly msg?: string;
}

/** Asks the server what it is and has; empty when nothing is to be put right. */
export async function examine(database: Database, url: string): Promise<readonly Finding[]> {
  try {
    const hello = await database.call('examine', () => database.db.admin().command({ hello: 1 }));
    const missing = await pendingPreparations(database);
    const found = [tooOld(hello), standalone(hello), missingIndexes(missing), weakAddress(url)];
    return [...found.flat(), ...(isRouter(hello) ? await unsharded(database) : [])];
  } catch (error) {
    return [doesNotAnswer(failureOf(error, 'examine'))];
  }
}

const isRouter = ({ msg }: Hello): boolean => msg === 'isdbgrid';

function doesNotAnswer({ detail }: AdapterFailure): Finding {
  if (REFUSALS.has(detail)) {
    return {
      code: 'mongodb_refuses',
      problem: `MongoDB refuses this server (${detail})`,
      fix: 'give user, password and authSource in the address, and that user the role readWrite on the database',
      severity: 'error',
    };
  }
  return {
    code: 'mongodb_unreachable',
    problem: `MongoDB has no primary that answers (${detail})`,
    fix: 'start it, check hosts, port, TLS and the name of the replica set in the address, and that a majority of its members is up',
    severity: 'error',
  };
}

function tooOld({ maxWireVersion = 0 }: Hello): readonly Finding[] {
  if (maxWireVersion >= OLDEST.wireVersion) return [];
  return [
    {
      code: 'mongodb_too_old',
      problem: `MongoDB is older than ${OLDEST.name}`,
      fix: `use ${OLDEST.name} or newer`,
      severity: 'error',
    },
  ];
}

function standalone(hello: Hello): readonly Finding[] {
  if (hello.setName !== undefined || isRouter(hello)) return [];
  return [
    {
      code: 'mongodb_standalone',
      problem:
        'MongoDB is a single server: a majority of one acknowledges, and what its disk loses is lost',
      fix: 'use a replica set of three, or a sharded cluster',
      severity: 'warning',
    },
  ];
}

function missingIndexes(missing: readonly string[]): readonly Finding[] {
  if (missing.length === 0) return [];
  return [
    {
      code: 'mongodb_missing_index',
      problem: `MongoDB lacks ${missing.join(', ')}: numbers could be given twice, and reading takes long`,
      fix: 'run sealpost migrate',
      severity: 'error',
    },
  ];
}

function weakAddress(url: string): readonly Finding[] {
  const given = new URLSearchParams(url.split('?')[1] ?? '');
  const names = [...given]
    .filter(([name, value]) => WEAK[name.toLowerCase()]?.test(value) === false)
    .map(([name]) => name);
  if (names.length === 0) return [];
  return [
    {
      code: 'mongodb_weak_concern',
      problem: `the address asks for less than a majority (${names.join(', ')}), which is not done`,
      fix: 'take it out of the address',
      severity: 'warning',
    },
  ];
}

/** Each collection grows with the conversations, and everything of one is to be on one shard. */
async function unsharded(database: Database): Promise<readonly Finding[]> {
  const sharded = await Promise.all(SHARD_KEYS.map(([name]) => isSharded(database, name)));
  const whole = SHARD_KEYS.filter((_, place) => !sharded[place]);
  if (whole.length === 0) return [];
  const commands = whole.map(
    ([name, key]) => `sh.shardCollection("${database.db.databaseName}.${name}", { ${key}: 1 })`,
  );
  return [
    {
      code: 'mongodb_unsharded',
      problem: `the cluster keeps all of ${whole.map(([name]) => name).join(' and ')} on one shard`,
      fix: `run ${commands.join(' and ')}`,
      severity: 'warning',
    },
  ];
}

const isSharded = (database: Database, collStats: string): Promise<boolean> =>
  database.call('examine', async () => {
    try {
      return (await database.db.command({ collStats }))['sharded'] === true;
    } catch (error) {
      if (isNoCollection(error)) return false;
      throw error;
    }
  });
