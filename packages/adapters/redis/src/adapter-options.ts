import { z } from 'zod';
import { isAddress } from './options.ts';

/** The options of the adapter, for configurations. */
export const adapterOptions = {
  urls: z
    .array(
      z
        .string()
        .regex(/^rediss?:\/\/./)
        .refine(isAddress),
    )
    .min(1)
    .meta({
      description:
        'Address of Redis, password included; several only for a cluster: nodes through which the others are found.',
      allowed: 'redis://[user:password@]host[:port][/number], or rediss:// for TLS',
      secret: true,
    }),
  cluster: z.boolean().default(false).meta({
    description: 'Whether the addresses are nodes of a Redis Cluster.',
  }),
  prefix: z
    .string()
    .regex(/^[\w.-]+$/)
    .default('sealpost')
    .meta({
      description:
        'Begins the name of every key and channel; deployments on one Redis have one each.',
      allowed: 'letters, digits, ".", "_" and "-"',
    }),
};

export type RedisAdapterOptions = z.output<z.ZodObject<typeof adapterOptions>>;
