import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { GuardedFolder } from './guarded-folder.ts';
import { given, mongodbProgram } from './parts.ts';

/** A server that speaks the MongoDB protocol. */
export interface MongodbPart {
  readonly url: string;
  /** Stops the server; leaves one that was named from outside alone. */
  stop(): Promise<void>;
}

/** One that nobody else uses. It keeps its data over `kill` and `restart`. */
export interface OwnMongodbPart extends MongodbPart {
  readonly pid: number;
  /** SIGKILL; settles when it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data; kills it first if it runs. */
  restart(): Promise<void>;
  /** SIGSTOP: it keeps its connections and answers nothing, until `resume`. */
  pause(): void;
  resume(): void;
}

const READY_LIMIT_MS = 20_000;
const PORT_ATTEMPTS = 5;

/**
 * A MongoDB for tests: the one that `SEALPOST_MONGODB_URL` names, else a new one from this machine's `mongod` or from
 * FerretDB. Callers keep apart what they make, by a database of their own.
 */
export async function mongodbPart(): Promise<MongodbPart> {
  const url = given('SEALPOST_MONGODB_URL');
  return url === null ? ownMongodbPart() : { url, stop: () => Promise.resolve() };
}

/**
 * A new one on a free port of 127.0.0.1, whatever `SEALPOST_MONGODB_URL` says. It does not outlive this process, however
 * that ends. Throws with what it said when it does not start.
 */
export async function ownMongodbPart(): Promise<OwnMongodbPart> {
  const program = mongodbProgram();
  if (program === null) throw new Error('no program here speaks the MongoDB protocol');
  const folder = await GuardedFolder.make('mongodb');
  try {
    for (let attempt = 1; ; attempt += 1) {
      const server = new MongodbServer(program, folder, await freePort());
      const failure = await server.failure();
      if (failure === null) return server;
      await server.kill();
      if (attempt === PORT_ATTEMPTS) throw new Error(`${program} did not start:\n${failure}`);
    }
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

class MongodbServer implements OwnMongodbPart {
  readonly #program: string;
  readonly #folder: GuardedFolder;
  readonly #port: number;
  #child: ChildProcess;

  constructor(program: string, folder: GuardedFolder, port: number) {
    this.#program = program;
    this.#folder = folder;
    this.#port = port;
    this.#child = this.#spawn();
  }

  get url(): string {
    return `mongodb://127.0.0.1:${this.#port}/`;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async kill(): Promise<void> {
    if (hasEnded(this.#child)) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
    this.#folder.guard(0);
  }

  async restart(): Promise<void> {
    await this.kill();
    this.#child = this.#spawn();
    const failure = await this.failure();
    if (failure !== null) throw new Error(`${this.#program} did not start again:\n${failure}`);
  }

  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.kill();
    await this.#folder.remove();
  }

  /** Waits until it takes connections. `null`: it does; else what it said. */
  async failure(): Promise<string | null> {
    for (const end = performance.now() + READY_LIMIT_MS; performance.now() < end; await sleep(10)) {
      if (hasEnded(this.#child)) break;
      if (await listens(this.#port)) return null;
    }
    return readFile(this.#log, 'utf8').catch(String);
  }

  get #log(): string {
    return join(this.#folder.path, 'log');
  }

  #spawn(): ChildProcess {
    const data = join(this.#folder.path, 'data');
    mkdirSync(data, { recursive: true });
    const args =
      basename(this.#program) === 'mongod'
        ? ['--bind_ip=127.0.0.1', `--port=${this.#port}`, `--dbpath=${data}`]
        : [`--listen=127.0.0.1:${this.#port}`, `--data=${data}`];
    const log = openSync(this.#log, 'a');
    try {
      const child = spawn(this.#program, args, { stdio: ['ignore', log, log] });
      // A program that cannot be started has no id, which is seen as having ended.
      child.on('error', () => undefined);
      this.#folder.guard(child.pid ?? 0);
      return child;
    } finally {
      closeSync(log);
    }
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function listens(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1', timeout: 1_000 });
  const connected = Promise.withResolvers<boolean>();
  socket.on('connect', () => connected.resolve(true));
  for (const event of ['timeout', 'error']) socket.on(event, () => connected.resolve(false));
  const isConnected = await connected.promise;
  socket.destroy();
  return isConnected;
}
