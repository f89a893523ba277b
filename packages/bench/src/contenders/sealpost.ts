import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Backends, loadConfig, openStores } from '@sealpost/app';
import type { LoadSpec } from '../load/load-spec.ts';
import type { Cast, Contender } from './contender.ts';
import type { Ground } from './ground.ts';
import { type Server, startServer } from './sealpost-server.ts';
import { raisedLimits } from './sealpost-settings.ts';
import { World } from './world.ts';

export interface SealpostOptions {
  readonly name: string;
  readonly processes?: number;
  /** Beside those of every run, as environment variables. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Of Node. */
  readonly nodeOptions?: readonly string[];
  /** What it needs beside PostgreSQL; stopped with it. */
  readonly part?: Part;
}

interface Part {
  readonly name: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The product as an operator runs it: `sealpost serve` on PostgreSQL, everything on. */
export class Sealpost implements Contender {
  readonly name: string;
  readonly dialect = 'sealpost';
  /** The address of its database. */
  readonly database: string;
  readonly world: World;
  readonly #options: SealpostOptions;
  readonly #ground: Ground;
  readonly #env: Readonly<Record<string, string>>;
  readonly #backends: Backends;
  #servers: readonly Server[];

  private constructor(options: SealpostOptions, { ground, database, env, ...running }: Running) {
    this.name = options.name;
    this.database = database;
    this.world = new World(running.backends);
    this.#options = options;
    this.#ground = ground;
    this.#env = env;
    this.#backends = running.backends;
    this.#servers = running.servers;
  }

  static async start(ground: Ground, options: SealpostOptions): Promise<Sealpost> {
    const { name, settings = {} } = options;
    const database = await ground.database(name);
    const env = {
      SEALPOST_PROFILE: 'postgres',
      SEALPOST_STORAGE__URL: database,
      SEALPOST_STORAGE__MIGRATE: 'at-start',
      SEALPOST_COOKIES__SECRET: randomBytes(24).toString('hex'),
      ...raisedLimits,
      ...settings,
    };
    const servers = await startAll(ground, options, env);
    try {
      const dataFolder = join(ground.folder, `${name}-stores`);
      const config = loadConfig({ env: { ...env, SEALPOST_DATA_FOLDER: dataFolder } });
      const backends = await openStores(config, () => undefined);
      return new Sealpost(options, { ground, database, env, backends, servers });
    } catch (error) {
      await stopAll(servers);
      throw error;
    }
  }

  get urls(): readonly string[] {
    return this.#servers.map(({ url }) => url);
  }

  get charged(): LoadSpec['charged'] {
    const { part } = this.#options;
    return {
      server: this.#servers.map(({ process }) => process.pid),
      postgres: [this.#ground.postgresPid],
      ...(part ? { [part.name]: [part.pid] } : {}),
    };
  }

  prepare(cast: Cast): Promise<Pick<LoadSpec, 'tokens' | 'rooms'>> {
    return this.world.found(this.urls[0] ?? '', cast);
  }

  /** Does something to its stores while no server runs. */
  async restart(between: () => Promise<void>): Promise<void> {
    await stopAll(this.#servers);
    await between();
    this.#servers = await startAll(this.#ground, this.#options, this.#env);
  }

  async stop(): Promise<void> {
    await this.#backends.stop();
    await stopAll(this.#servers);
    await this.#options.part?.stop();
  }
}

interface Running {
  readonly ground: Ground;
  readonly database: string;
  readonly env: Readonly<Record<string, string>>;
  readonly backends: Backends;
  readonly servers: readonly Server[];
}

const stopAll = async (servers: readonly Server[]): Promise<void> => {
  await Promise.all(servers.map(({ process }) => process.stop()));
};

async function startAll(
  ground: Ground,
  { name, processes = 1, nodeOptions = [] }: SealpostOptions,
  env: Readonly<Record<string, string>>,
): Promise<readonly Server[]> {
  const servers: Server[] = [];
  try {
    // One after the other: the first one makes the tables.
    for (let at = 0; at < processes; at++)
      servers.push(await startServer(ground, { name: `${name}-${at}`, env, nodeOptions }));
    return servers;
  } catch (error) {
    await stopAll(servers);
    throw error;
  }
}
