import { z } from 'zod';

/** The options of the adapter, for configurations. */
export const adapterOptions = {
  url: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\/./)
    .meta({
      description:
        'Connection string of MongoDB, password included, with every seed and the name of the replica set.',
      allowed: 'a URL mongodb://user:password@host:port/?replicaSet=name, or mongodb+srv://',
      secret: true,
    }),
  database: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,37}$/)
    .default('sealpost')
    .meta({
      description: 'MongoDB database that holds all collections.',
      allowed: 'lower-case letters, digits and underscores',
    }),
  poolSize: z.int().min(1).max(200).default(20).meta({
    description: 'Connections to MongoDB at most.',
  }),
  migrate: z.enum(['at-start', 'by-command']).default('by-command').meta({
    description:
      'Whether the server makes collections and indexes when it starts, or `sealpost migrate` does.',
  }),
};

export type MongoAdapterOptions = z.output<z.ZodObject<typeof adapterOptions>>;
