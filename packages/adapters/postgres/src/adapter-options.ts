import { z } from 'zod';

/** The options of the adapter, for configurations. */
export const adapterOptions = {
  url: z
    .string()
    .regex(/^postgres(ql)?:\/\/./)
    .meta({
      description: 'Connection string of the database, password included.',
      allowed: 'a URL postgres://user:password@host:port/database',
      secret: true,
    }),
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/)
    .default('sealpost')
    .meta({
      description: 'Database schema that holds all tables.',
      allowed: 'lower-case letters, digits and underscores',
    }),
  poolSize: z.int().min(1).max(64).default(10).meta({
    description: 'Connections to the database at most; more than 16 seldom help.',
  }),
  migrate: z.enum(['at-start', 'by-command']).default('by-command').meta({
    description:
      'Whether the server brings the tables up to date when it starts, or `sealpost migrate` does.',
  }),
};

export type PostgresAdapterOptions = z.output<z.ZodObject<typeof adapterOptions>>;
