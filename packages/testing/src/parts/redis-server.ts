import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from './find-program.ts';
import { freePort } from './free-port.ts';
import { GuardedFolder } from './guarded-folder.ts';

/** Settings of `redis.conf` by their names there. */
export type RedisSettings = Readonly<Record<string, string>>;

const READY_LIMIT_MS = 20_000;
const PORT_ATTEMPTS = 5;

/** One Redis process of our own on 127.0.0.1, which can be killed and comes back on the same port, empty. */
export class RedisServer {
  readonly port: number;
  readonly #folder: GuardedFolder;
  readonly #settings: RedisSettings;
  #child: ChildProcess;

  /** `settings` is asked once per port that is tried. */
  static async start(settings: () => Promise<RedisSettings>): Promise<RedisServer> {
    const folder = await GuardedFolder.make('redis');
    try {
      return await RedisServer.#startIn(folder, settings);
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }

  static async #startIn(
    folder: GuardedFolder,
    settings: () => Promise<RedisSettings>,
  ): Promise<RedisServer> {
    for (let attempt = 1; ; attempt += 1) {
      const server = new RedisServer(folder, await freePort(), await settings());
      const failure = await server.#failure();
      if (failure === null) return server;
      await server.kill();
      if (attempt === PORT_ATTEMPTS) throw new Error(`Redis did not start. It said:\n${failure}`);
    }
  }

  private constructor(folder: GuardedFolder, port: number, settings: RedisSettings) {
    this.#folder = folder;
    this.port = port;
    this.#settings = settings;
    this.#child = this.#spawn();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** SIGKILL; settles when the process is gone. */
  async kill(): Promise<void> {
    if (hasEnded(this.#child)) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
    this.#folder.guard(0);
  }

  /** Starts it again on the same port, with nothing in it; kills it first if it runs. */
  async restart(): Promise<void> {
    await this.kill();
    this.#child = this.#spawn();
    const failure = await this.#failure();
    if (failure !== null) throw new Error(`Redis did not start again. It said:\n${failure}`);
  }

  /** SIGSTOP: it keeps its connections and answers nothing. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  /** SIGCONT. */
  resume(): void {
    this.#child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.kill();
    await this.#folder.remove();
  }

  #spawn(): ChildProcess {
    const all: RedisSettings = {
      bind: '127.0.0.1',
      port: String(this.port),
      dir: this.#folder.path,
      save: '',
      appendonly: 'no',
      ...this.#settings,
    };
    const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
    const log = openSync(this.#log, 'a');
    try {
      const program = findProgram('redis-server') ?? 'redis-server';
      const child = spawn(program, args, { stdio: ['ignore', log, log] });
      // A program that cannot be started has no id, which is seen as having ended.
      child.on('error', () => undefined);
      this.#folder.guard(child.pid ?? 0);
      return child;
    } finally {
      closeSync(log);
    }
  }

  get #log(): string {
    return join(this.#folder.path, 'redis.log');
  }

  /** Waits until it answers. `null`: it does; else what it said. */
  async #failure(): Promise<string | null> {
    for (const end = performance.now() + READY_LIMIT_MS; performance.now() < end; await sleep(5)) {
      if (hasEnded(this.#child)) break;
      if (await answers(this.port)) return null;
    }
    return readFile(this.#log, 'utf8').catch(String);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** Whether a Redis listens there and has loaded; one that wants a password answers as well. */
async function answers(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1', timeout: 1_000 });
  const reply = Promise.withResolvers<string>();
  socket.on('timeout', () => reply.resolve(''));
  socket.on('error', () => reply.resolve(''));
  socket.on('data', (data) => reply.resolve(data.toString('latin1')));
  socket.write('PING\r\n');
  const said = await reply.promise;
  socket.destroy();
  return said.startsWith('+PONG') || said.startsWith('-NOAUTH');
}
