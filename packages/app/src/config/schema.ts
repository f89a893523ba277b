import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  fanOut,
  history,
  moving,
  presence,
  rateLimits,
  redis,
  storage,
} from './adapters-schema.ts';
import { address, cookies, http, sockets } from './edge-schema.ts';
import { limits } from './limits-schema.ts';
import { rates } from './rates-schema.ts';
import { retention } from './retention-schema.ts';

const second = 1_000;

const log = z
  .strictObject({
    level: z
      .enum(['debug', 'info', 'warn', 'error', 'silent'])
      .default('info')
      .meta({ description: 'Least severe records that are logged.' }),
  })
  .prefault({});

const day = 24 * 60 * 60 * second;

const signingKeys = z
  .strictObject({
    rotateAfterMs: z
      .int()
      .min(60 * second)
      .max(3650 * day)
      .default(30 * day)
      .meta({ description: 'How long a key signs access tokens before another one does.' }),
  })
  .prefault({});

const passwords = z
  .strictObject({
    atOnce: z.int().min(1).max(64).default(2).meta({
      description: 'Passwords that are hashed at the same time, each in 19 MiB of memory.',
    }),
    waiting: z.int().min(0).max(10_000).default(100).meta({
      description: 'Log-ins that may wait for that; more are refused for the moment.',
    }),
  })
  .prefault({});

/** The configuration of a server. Every key has a description, and a default that is safe unless it must be given. */
export const schema = z
  .strictObject({
    profile: z
      .enum(['embedded', 'postgres', 'postgres-redis', 'postgres-mongo', 'memory'])
      .default('embedded')
      .meta({
        description: 'Preset of adapters; each family of ports can be set on its own as well.',
      }),
    ...address,
    dataFolder: z.string().min(1).default('./.sealpost').meta({
      description: 'Folder for what this server keeps on disk. One server at a time uses it.',
      allowed: 'a path',
    }),
    drainMs: z
      .int()
      .min(0)
      .max(600 * second)
      .default(10 * second)
      .meta({
        description: 'How long a server that was told to stop may finish what it has begun.',
      }),
    log,
    storage,
    history,
    moving,
    fanOut,
    presence,
    rateLimits,
    redis,
    http,
    sockets,
    cookies,
    passwords,
    signingKeys,
    retention,
    limits: z.strictObject({ ...limits, rates }).prefault({}),
  })
  .superRefine((config, context) => {
    const refuse = (path: string[], allowed: string): void =>
      context.addIssue({ code: 'custom', path, params: { allowed } });
    const { refillBelow, oneTimeBundles, messageBytes, changeBytes } = config.limits;
    // Both keys of a contradiction are named: whoever set one of them may not know of the other.
    if (refillBelow > oneTimeBundles) {
      refuse(['limits', 'refillBelow'], 'at most limits.oneTimeBundles');
      refuse(['limits', 'oneTimeBundles'], 'at least limits.refillBelow');
    }
    if (messageBytes > changeBytes) {
      refuse(['limits', 'changeBytes'], 'at least limits.messageBytes');
      refuse(['limits', 'messageBytes'], 'at most limits.changeBytes');
    }
    const { urls, cluster } = config.redis;
    const isOnRedis = [config.fanOut, config.presence, config.rateLimits].some(
      ({ kind }) => kind === 'redis',
    );
    if (isOnRedis && urls === null)
      refuse(['redis', 'urls'], 'an address redis://…, as a family of ports is on redis');
    if (urls !== null && urls.length > 1 && !cluster)
      refuse(['redis', 'urls'], 'one address, or several with redis.cluster');
    const { kind: _, ...from } = config.history;
    const { kind: __, ...to } = config.moving;
    const isSame = config.history.kind === config.moving.kind && isDeepStrictEqual(from, to);
    if (isSame) refuse(['moving', 'kind'], 'another store than that of history');
    if (config.storage.kind === 'postgres' && config.cookies.secret === null)
      refuse(
        ['cookies', 'secret'],
        'at least 32 random characters, the same for every process on this database',
      );
  });

export type Config = z.output<typeof schema>;
