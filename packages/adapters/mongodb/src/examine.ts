import type { AdapterFailure, Finding } from '@sealpost/domain';
import type { Database } from './database.ts';
import { failureOf } from './driver-fault.ts';
import { pendingPreparations } from './preparations.ts';

/** MongoDB 7.0. */
const OLDEST = { wireVersion: 21, name: '7.0' };
/** Authentication failed, unauthorised. */
const REFUSALS = new Set(['code_18', 'code_13']);
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

async function unsharded(database: Database): Promise<readonly Finding[]> {
  const stats = await database.call('examine', () =>
    database.db.command({ collStats: database.entries.collectionName }),
  );
  if (stats['sharded'] === true) return [];
  const name = `${database.db.databaseName}.${database.entries.collectionName}`;
  return [
    {
      code: 'mongodb_unsharded',
      problem: 'the cluster keeps all entries on one shard',
      fix: `run sh.shardCollection("${name}", { conversation: 1 })`,
      severity: 'warning',
    },
  ];
}
