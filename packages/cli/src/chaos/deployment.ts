import { join } from 'node:path';
import { type Backends, loadConfig, openStores } from '@sealpost/app';
import type { Part } from '../harness/part.ts';
import { type PartName, ProfileParts, type ProfileName } from '../harness/profile-parts.ts';
import { ServerProcess } from '../harness/server-process.ts';
import { FaultyProxy } from './faulty-proxy.ts';

const host = '127.0.0.1';
const portOf = (url: string): number => Number(new URL(url).port);

/** Without a store that they share there can be one only. */
const serversOf = (parts: ProfileParts): number => (parts.names.length > 0 ? 3 : 1);

/** Servers and what they work on. Clients reach them, and they reach each part, through proxies that can fail. */
export class Deployment {
  readonly servers: readonly ServerProcess[];
  /** Between the clients and the servers. */
  readonly front: FaultyProxy;
  readonly #back: ReadonlyMap<PartName, FaultyProxy>;
  readonly #parts: ProfileParts;
  readonly #folder: string;

  private constructor(deployment: {
    readonly servers: readonly ServerProcess[];
    readonly front: FaultyProxy;
    readonly back: ReadonlyMap<PartName, FaultyProxy>;
    readonly parts: ProfileParts;
    readonly folder: string;
  }) {
    this.servers = deployment.servers;
    this.front = deployment.front;
    this.#back = deployment.back;
    this.#parts = deployment.parts;
    this.#folder = deployment.folder;
  }

  static async start(folder: string, profile: ProfileName): Promise<Deployment> {
    const parts = await ProfileParts.start(profile, folder);
    const back = new Map<PartName, FaultyProxy>();
    for (const name of parts.names)
      back.set(
        name,
        await FaultyProxy.listen(() => [{ host, port: portOf(parts.part(name).url) }]),
      );
    const settings = parts.settings((url, name) => through(back.get(name), url));
    const servers: ServerProcess[] = [];
    const front = await FaultyProxy.listen(() => servers.map(({ port }) => ({ host, port })));
    const deployment = new Deployment({ servers, front, back, parts, folder });
    try {
      for (let at = 0; at < serversOf(parts); at++)
        servers.push(await ServerProcess.on(folderOf(folder, at), { ...settings }));
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

  /** Whether the store can be read while servers run. */
  get isShared(): boolean {
    return this.#parts.names.length > 0;
  }

  part(name: PartName): Part {
    return this.#parts.part(name);
  }

  /** Between the servers and this part. */
  back(name: PartName): FaultyProxy {
    const proxy = this.#back.get(name);
    if (!proxy) throw new Error(`there is no ${name}`);
    return proxy;
  }

  /** The stores, past the proxies; to be stopped by the caller. One that is not shared must have lost its server before. */
  openStores(): Promise<Backends> {
    const settings = { ...this.#parts.settings(), SEALPOST_DATA_FOLDER: folderOf(this.#folder, 0) };
    return openStores(loadConfig({ env: settings }), () => undefined);
  }

  async endServers(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.end('SIGTERM')));
  }

  async stop(): Promise<void> {
    for (const server of this.servers) server.signal('SIGCONT');
    await Promise.all(this.servers.map((server) => server.end('SIGKILL')));
    await this.front.close();
    for (const proxy of this.#back.values()) await proxy.close();
    await this.#parts.stop();
  }
}

const folderOf = (folder: string, server: number): string => join(folder, `server-${server}`);

function through(proxy: FaultyProxy | undefined, url: string): string {
  if (!proxy) throw new Error('every part has its proxy');
  return Object.assign(new URL(url), { port: String(proxy.port) }).href;
}
