import { ownMongodbPart, ownRedisPart } from '@sealpost/testing/parts';
import type { Scale } from '../scale.ts';
import type { Contender } from './contender.ts';
import { Ground } from './ground.ts';
import { Relay } from './relay.ts';
import { Sealpost } from './sealpost.ts';

async function onRedis(ground: Ground, name: string, processes: number): Promise<Sealpost> {
  const redis = await ownRedisPart();
  return Sealpost.start(ground, {
    name,
    processes,
    settings: { SEALPOST_PROFILE: 'postgres-redis', SEALPOST_REDIS__URLS: redis.url },
    part: { name: 'redis', pid: redis.pid, stop: () => redis.stop() },
  });
}

/** What can be measured, by the name in the tables. */
const kinds = {
  /** The product, one process. */
  sealpost: (ground) => Sealpost.start(ground, { name: 'sealpost' }),
  /** A bare relay that stores as cheaply as it can. */
  floor: (ground) => Relay.start(ground, { name: 'floor', store: 'adaptive' }),
  /** One that commits each message by itself, as a straightforward server would. */
  'one-by-one': (ground) => Relay.start(ground, { name: 'one-by-one', store: 'one-by-one' }),
  'sealpost ×2': (ground) => Sealpost.start(ground, { name: 'sealpost ×2', processes: 2 }),
  'sealpost ×4': (ground) => Sealpost.start(ground, { name: 'sealpost ×4', processes: 4 }),
  'sealpost-redis': (ground) => onRedis(ground, 'sealpost-redis', 1),
  'sealpost-redis ×2': (ground) => onRedis(ground, 'sealpost-redis ×2', 2),
  /** On this machine's `mongod`, else on FerretDB, of which the figures then are. */
  'sealpost-mongo': async (ground) => {
    const mongodb = await ownMongodbPart();
    return Sealpost.start(ground, {
      name: 'sealpost-mongo',
      settings: {
        SEALPOST_PROFILE: 'postgres-mongo',
        SEALPOST_HISTORY__URL: mongodb.url,
        SEALPOST_HISTORY__MIGRATE: 'at-start',
      },
      part: { name: 'mongodb', pid: mongodb.pid, stop: () => mongodb.stop() },
    });
  },
} as const satisfies Readonly<Record<string, (ground: Ground) => Promise<Contender>>>;

export type ContenderName = keyof typeof kinds;

/** Kept from shape to shape, since who idles costs nothing; the others are stopped after theirs. */
const kept: ReadonlySet<string> = new Set<ContenderName>(['sealpost', 'floor', 'one-by-one']);

/** Where shapes find what they measure. */
export class Bench {
  readonly scale: Scale;
  readonly ground: Ground;
  readonly #running = new Map<ContenderName, Contender>();

  private constructor(scale: Scale, ground: Ground) {
    this.scale = scale;
    this.ground = ground;
  }

  static async open(scale: Scale, profiles: string | null): Promise<Bench> {
    return new Bench(scale, await Ground.prepare(profiles));
  }

  /** Started when it is needed first. */
  async contender(name: ContenderName): Promise<Contender> {
    const contender = this.#running.get(name) ?? (await kinds[name](this.ground));
    this.#running.set(name, contender);
    return contender;
  }

  /** The product, one process, with what only it has. */
  async sealpost(): Promise<Sealpost> {
    const contender = await this.contender('sealpost');
    if (!(contender instanceof Sealpost)) throw new Error('sealpost is another kind of contender');
    return contender;
  }

  /** Stops what only one shape needs, or all. */
  async stop(which: 'extra' | 'all'): Promise<void> {
    for (const [name, contender] of this.#running) {
      if (which === 'extra' && kept.has(name)) continue;
      this.#running.delete(name);
      await contender.stop();
    }
  }

  async close(): Promise<void> {
    try {
      await this.stop('all');
    } finally {
      await this.ground.clear();
    }
  }
}
