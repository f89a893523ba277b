import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Backends, loadConfig, openStores } from '@sealpost/app';
import { freePort } from '@sealpost/testing/parts';
import type { LoadSpec } from '../load/load-spec.ts';
import { NodeProcess } from '../machine/node-process.ts';
import { scripts } from '../machine/scripts.ts';
import type { Cast, Contender } from './contender.ts';
import type { Ground } from './ground.ts';
import { raisedLimits } from './sealpost-settings.ts';
import { World } from './world.ts';

const readyTimeoutMs = 60_000;

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
  readonly urls: readonly string[];
  readonly charged: LoadSpec['charged'];
  readonly world: World;
  /** The address of its database. */
  readonly database: string;
  readonly #processes: readonly NodeProcess[];
  readonly #part: Part | undefined;
  readonly #backends: Backends;

  private constructor(
    { name, part }: SealpostOptions,
    { servers, ground, backends, database }: Running,
  ) {
    this.name = name;
    this.urls = servers.map(({ url }) => url);
    this.#processes = servers.map(({ process }) => process);
    this.charged = {
      server: this.#processes.map(({ pid }) => pid),
      postgres: [ground.postgresPid],
      ...(part ? { [part.name]: [part.pid] } : {}),
    };
    this.#part = part;
    this.#backends = backends;
    this.database = database;
    this.world = new World(backends);
  }

  static async start(ground: Ground, options: SealpostOptions): Promise<Sealpost> {
    const { name, processes = 1, settings = {}, nodeOptions = [], part } = options;
    const database = await ground.database(name);
    const env = {
      SEALPOST_PROFILE: 'postgres',
      SEALPOST_STORAGE__URL: database,
      SEALPOST_STORAGE__MIGRATE: 'at-start',
      SEALPOST_COOKIES__SECRET: randomBytes(24).toString('hex'),
      ...raisedLimits,
      ...settings,
    };
    const servers: Server[] = [];
    try {
      // One after the other: the first one makes the tables.
      for (let at = 0; at < processes; at++)
        servers.push(await startServer(ground, { name: `${name}-${at}`, env, nodeOptions }));
      const dataFolder = join(ground.folder, `${name}-stores`);
      const config = loadConfig({ env: { ...env, SEALPOST_DATA_FOLDER: dataFolder } });
      const backends = await openStores(config, () => undefined);
      return new Sealpost(options, { servers, ground, backends, database });
    } catch (error) {
      for (const { process } of servers) await process.stop();
      await part?.stop();
      throw error;
    }
  }

  prepare(cast: Cast): Promise<Pick<LoadSpec, 'tokens' | 'rooms'>> {
    return this.world.found(this.urls[0] ?? '', cast);
  }

  async stop(): Promise<void> {
    await this.#backends.stop();
    await Promise.all(this.#processes.map((one) => one.stop()));
    await this.#part?.stop();
  }
}

interface Running {
  readonly servers: readonly Server[];
  readonly ground: Ground;
  readonly backends: Backends;
  readonly database: string;
}

interface Server {
  readonly url: string;
  readonly process: NodeProcess;
}

interface Launch {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly nodeOptions: readonly string[];
}

async function startServer(ground: Ground, { name, env, nodeOptions }: Launch): Promise<Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = new NodeProcess({
    args: [...ground.nodeOptions(name), ...nodeOptions, scripts.sealpost, 'serve'],
    env: {
      ...env,
      SEALPOST_PORT: String(port),
      SEALPOST_DATA_FOLDER: join(ground.folder, name),
    },
    log: join(ground.folder, `${name}.log`),
  });
  child.ignoreOutput();
  const end = performance.now() + readyTimeoutMs;
  while (!(await isReady(url))) {
    if (child.ended || performance.now() > end) {
      await child.stop();
      throw child.failure('was not ready');
    }
    await sleep(20);
  }
  return { url, process: child };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    // Nobody listens yet.
    return false;
  }
}
