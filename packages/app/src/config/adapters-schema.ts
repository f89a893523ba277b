import { adapterOptions as mongodbOptions } from '@sealpost/adapter-mongodb/adapter';
import { adapterOptions as postgresOptions } from '@sealpost/adapter-postgres/adapter';
import { adapterOptions as redisOptions } from '@sealpost/adapter-redis/adapter';
import { z } from 'zod';

/** An adapter from outside this release. */
const fromPackage = z.strictObject({
  kind: z.literal('package'),
  package: z.string().min(1).meta({
    description: 'Package of an adapter from outside, installed where the server is started.',
    allowed: 'the name of a package, or a path',
  }),
  options: z.record(z.string(), z.unknown()).default({}).meta({
    description: 'Options of that adapter, as its own schema says.',
    allowed: 'an object; as a variable, in JSON',
    secret: true,
  }),
});

/** That of the storage, as far as it provides this too. */
const ofStorage = z.strictObject({ kind: z.literal('storage') });
/** The one that `redis` names. */
const onRedis = z.strictObject({ kind: z.literal('redis') });
const inProcess = z.strictObject({ kind: z.literal('memory') });

/** What outlives a process: logs, accounts, devices, sessions, keys, cursors. */
export const storage = z.discriminatedUnion('kind', [
  /** Forgotten when the process ends; for tests. */
  inProcess,
  /** A PostgreSQL of this process's own, in the data folder. Migrates by itself. */
  z.strictObject({
    kind: z.literal('embedded-postgres'),
    poolSize: postgresOptions.poolSize,
  }),
  /** A PostgreSQL that somebody runs. */
  z.strictObject({ kind: z.literal('postgres'), ...postgresOptions }),
  fromPackage,
]);

/** Where the logs of conversations are kept. */
export const history = z.discriminatedUnion('kind', [
  ofStorage,
  /** A MongoDB, sharded or not; all but the logs stays in the storage. */
  z.strictObject({ kind: z.literal('mongodb'), ...mongodbOptions }),
  fromPackage,
]);

/** Where the history is moved to, or from: the other store of its conversations, as long as both have some. */
export const moving = z
  .discriminatedUnion('kind', [
    /** The history is in one place. */
    z.strictObject({ kind: z.literal('none') }),
    ofStorage,
    z.strictObject({ kind: z.literal('mongodb'), ...mongodbOptions }),
    fromPackage,
  ])
  .meta({
    description:
      'The other store of the history while it is moved (docs/moving.md); none: it is in one place.',
  });

/** How hints travel between the processes of a deployment. */
export const fanOut = z.discriminatedUnion('kind', [
  /** Within this process. What other processes append is found by comparing heads, within 20 seconds. */
  inProcess,
  ofStorage,
  onRedis,
  fromPackage,
]);

const lease = {
  leaseMs: z.int().min(3_000).max(600_000).default(30_000).meta({
    description:
      'How long devices count as online after the process died that they were connected to.',
  }),
};

/** Who is online. */
export const presence = z.discriminatedUnion('kind', [
  /** In this process; others do not see it. */
  inProcess.extend(lease),
  /** For all processes on the storage; a device keeps one connection among them. */
  ofStorage.extend(lease),
  onRedis.extend(lease),
  fromPackage.extend(lease),
]);

/** Where it is counted how often what was done. */
export const rateLimits = z.discriminatedUnion('kind', [
  /** In this process: each of them allows as much. */
  inProcess,
  ofStorage,
  onRedis,
  fromPackage,
]);

/** The Redis of the families that are on one. */
export const redis = z
  .strictObject({
    ...redisOptions,
    urls: redisOptions.urls
      .nullable()
      .default(null)
      .meta({ ...redisOptions.urls.meta() }),
  })
  .prefault({});
