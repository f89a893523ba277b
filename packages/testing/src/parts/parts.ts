import { ferretdbProgram } from './ferretdb.ts';
import { findProgram } from './find-program.ts';

/** Something real that suites and runs need and that npm does not bring. */
export interface PartKind {
  /** As the closing words of a run name it. */
  readonly title: string;
  /** Whether it can be had here, by its variable or from a program on this machine, as far as that is told without asking it. */
  readonly isHere: () => boolean;
  /** What somebody does who wants it. */
  readonly howToGet: string;
  /** Nobody is expected to have it: suites that need it are told as not run, with `CI=true` too. */
  readonly isRare?: true;
}

const getRedis =
  'install redis-server 7 or newer (apt-get install redis-server, brew install redis)';

const getMongodb =
  'install mongod 7 or newer, or build FerretDB, which speaks its protocol: node packages/testing/src/runner/build-ferretdb.ts (needs Go 1.24 and Git)';

const aReplicaSet =
  'that of a replica set of three of MongoDB 7, and of a user with the role root (mongodb://…?replicaSet=name)';

/** Every part, by the name under which suites ask for it. */
export const parts = {
  redis: {
    title: 'Redis',
    isHere: () => given('SEALPOST_REDIS_URL') !== null || hasRedisServer(),
    howToGet: `set SEALPOST_REDIS_URL, or ${getRedis}`,
  },
  /** For suites that kill, stop or configure it, as nobody may do with a server that others use. */
  ownRedis: {
    title: 'redis-server',
    isHere: hasRedisServer,
    howToGet: getRedis,
  },
  mongodb: {
    title: 'MongoDB',
    isHere: () => given('SEALPOST_MONGODB_URL') !== null || mongodbProgram() !== null,
    howToGet: `set SEALPOST_MONGODB_URL, or ${getMongodb}`,
  },
  /** For suites that kill or stop it. */
  ownMongodb: {
    title: 'a MongoDB server of our own',
    isHere: () => mongodbProgram() !== null,
    howToGet: getMongodb,
  },
  /** For what only a replica set shows: who acknowledges, who takes over, what is taken back. */
  mongodbReplicaSet: {
    title: 'a MongoDB replica set',
    isHere: namesReplicaSet,
    howToGet: `set SEALPOST_MONGODB_URL to ${aReplicaSet}`,
    isRare: true,
  },
  /** For what a client cannot force otherwise: a primary that is cut off. Its suite asks whether it takes them. */
  mongodbTestCommands: {
    title: 'a MongoDB replica set that takes test commands',
    isHere: namesReplicaSet,
    howToGet: `start each mongod with --setParameter enableTestCommands=1, and set SEALPOST_MONGODB_URL to ${aReplicaSet}`,
    isRare: true,
  },
  /** For what only several shards show. Its suite asks by `hello` whether it is one: an address does not tell. */
  mongodbSharded: {
    title: 'a sharded MongoDB cluster',
    isHere: () => given('SEALPOST_MONGODB_URL') !== null && !namesReplicaSet(),
    howToGet:
      'set SEALPOST_MONGODB_URL to that of the routers (mongos) of a cluster of MongoDB 7 with two shards or more, and of a user with the roles root or clusterManager and readWriteAnyDatabase (no replicaSet in it; whether it is a router is asked by hello)',
    isRare: true,
  },
} as const satisfies Readonly<Record<string, PartKind>>;

export type PartName = keyof typeof parts;

/** As the test runner takes them; the runner of `npm test` finds `meta.needs` again in the report. */
interface PartNeeds {
  readonly skip: boolean;
  readonly meta: Readonly<Record<string, unknown>>;
}

/**
 * The options of a test or `describe` that needs these parts: where one is missing it is left out, and the end of
 * `npm test` says so. With `CI=true` that is a failure, unless the part is rare.
 */
export function needs(...names: readonly PartName[]): PartNeeds {
  return { skip: !names.every((name) => parts[name].isHere()), meta: { needs: names } };
}

function namesReplicaSet(): boolean {
  return /[?&]replicaSet=/.test(given('SEALPOST_MONGODB_URL') ?? '');
}

/** The address that a variable names, or `null` when it names none. */
export function given(variable: string): string | null {
  const value = process.env[variable];
  return value === undefined || value === '' ? null : value;
}

/** A server that speaks MongoDB's protocol: `mongod`, or FerretDB when it was built. */
export function mongodbProgram(): string | null {
  return findProgram('mongod') ?? findProgram(ferretdbProgram());
}

function hasRedisServer(): boolean {
  return findProgram('redis-server') !== null && findProgram('redis-cli') !== null;
}

/** Whether nobody is expected to have all of these parts. */
export const areRare = (names: readonly string[]): boolean =>
  Object.entries<PartKind>(parts).some(([name, { isRare }]) => isRare && names.includes(name));
