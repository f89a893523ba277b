import { join } from 'node:path';
import { openStores, readConfig, runPostgres, type Backends } from '@sealpost/app';
import { ServerProcess } from '../harness/server-process.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import type { ChaosProfile } from './profiles.ts';

const host = '127.0.0.1';
const portOf = (url: string): number => Number(new URL(url).port);

function through(proxy: FaultyProxy, url: string): string {
  const changed = new URL(url);
  changed.port = String(proxy.port);
  return changed.href;
}

/** Several servers on one database. Clients reach them, and they reach the database, through proxies that can fail. */
export class Deployment {
  readonly servers: readonly ServerProcess[];
  /** Between the clients and the servers. */
  readonly front: FaultyProxy;
  /** Between the servers and the database. */
  readonly back: FaultyProxy;
  readonly #database: Database;

  private constructor(parts: {
    readonly servers: readonly ServerProcess[];
    readonly front: FaultyProxy;
    readonly back: FaultyProxy;
    readonly database: Database;
  }) {
    this.servers = parts.servers;
    this.front = parts.front;
    this.back = parts.back;
    this.#database = parts.database;
  }

  static async start(folder: string, profile: ChaosProfile, count: number): Promise<Deployment> {
    const database = await Database.start(join(folder, 'postgres'));
    const back = await FaultyProxy.listen(() => [{ host, port: portOf(database.url) }]);
    const settings = profile.settings(through(back, database.url));
    const servers: ServerProcess[] = [];
    const front = await FaultyProxy.listen(() => servers.map(({ port }) => ({ host, port })));
    const deployment = new Deployment({ servers, front, back, database });
    try {
      for (let at = 0; at < count; at++)
        servers.push(await ServerProcess.on(join(folder, `server-${at}`), { ...settings }));
      // The first one makes the tables.
      await servers[0]?.start();
      await Promise.all(servers.slice(1).map((server) => server.start()));
      return deployment;
    } catch (error) {
      await deployment.stop();
      throw error;
    }
  }

  get url(): string {
    return `http://${host}:${this.front.port}`;
  }

  /** Stops the database as an operator does, and starts it again on the same data. */
  restartDatabase(): Promise<void> {
    return this.#database.restart();
  }

  /** Kills the database's main process; it recovers from its log. */
  killDatabase(): void {
    this.#database.kill();
  }

  /** The store, past the proxies; to be stopped by the caller. */
  openStores(profile: ChaosProfile): Promise<Backends> {
    const { config } = readConfig({
      env: profile.settings(this.#database.url),
      file: undefined,
      options: [],
    });
    return openStores(config, () => undefined);
  }

  async stop(): Promise<void> {
    for (const server of this.servers) server.signal('SIGCONT');
    await Promise.all(this.servers.map((server) => server.end('SIGKILL')));
    await this.front.close();
    await this.back.close();
    await this.#database.stop();
  }
}

/** A PostgreSQL on a folder of its own, which comes back with another port after a restart. */
class Database {
  readonly #folder: string;
  #running: Awaited<ReturnType<typeof runPostgres>>;

  private constructor(folder: string, running: Awaited<ReturnType<typeof runPostgres>>) {
    this.#folder = folder;
    this.#running = running;
  }

  static async start(folder: string): Promise<Database> {
    return new Database(folder, await runPostgres(folder));
  }

  get url(): string {
    return this.#running.url;
  }

  async restart(): Promise<void> {
    await this.#running.stop();
    this.#running = await runPostgres(this.#folder);
  }

  kill(): void {
    process.kill(this.#running.pid, 'SIGKILL');
  }

  stop(): Promise<void> {
    return this.#running.stop();
  }
}
