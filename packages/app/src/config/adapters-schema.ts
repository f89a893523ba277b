import { z } from 'zod';

const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\/./)
  .meta({
    description: 'Connection string of the database, password included.',
    allowed: 'a URL postgres://user:password@host:port/database',
    secret: true,
  });

const pool = {
  poolSize: z.int().min(1).max(64).default(10).meta({
    description: 'Connections to the database at most; more than 16 seldom help.',
  }),
};

/** What outlives a process: logs, accounts, devices, sessions, keys, cursors. */
export const storage = z.discriminatedUnion('kind', [
  /** Forgotten when the process ends; for tests. */
  z.strictObject({ kind: z.literal('memory') }),
  /** A PostgreSQL of this process's own, in the data folder. Migrates by itself. */
  z.strictObject({ kind: z.literal('embedded-postgres'), ...pool }),
  /** A PostgreSQL that somebody runs. */
  z.strictObject({
    kind: z.literal('postgres'),
    url: postgresUrl,
    schema: z
      .string()
      .regex(/^[a-z_][a-z0-9_]{0,62}$/)
      .default('sealpost')
      .meta({
        description: 'Database schema that holds all tables.',
        allowed: 'lower-case letters, digits and underscores',
      }),
    ...pool,
    migrate: z.enum(['at-start', 'by-command']).default('by-command').meta({
      description:
        'Whether the server brings the tables up to date when it starts, or `sealpost migrate` does.',
    }),
  }),
]);

/** How hints travel between the processes of a deployment. */
export const fanOut = z.discriminatedUnion('kind', [
  /** Within this process. What other processes append is found by comparing heads, within 20 seconds. */
  z.strictObject({ kind: z.literal('process') }),
  /** By LISTEN and NOTIFY on the database of the storage. */
  z.strictObject({ kind: z.literal('postgres') }),
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
  z.strictObject({ kind: z.literal('memory'), ...lease }),
  /** In the database of the storage, for all processes on it; a device keeps one connection among them. */
  z.strictObject({ kind: z.literal('postgres'), ...lease }),
]);
