import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { endWithUs } from './end-with-us.ts';

const bin = fileURLToPath(new URL('../../bin/sealpost.js', import.meta.url));
const readyTimeoutMs = 60_000;
const shownCharacters = 8_000;

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** The server as an operator starts it, on a data folder and a port of its own. It does not outlive this process. */
export class ServerProcess {
  readonly port: number;
  readonly url: string;
  #env: NodeJS.ProcessEnv = {};
  readonly #dataFolder: string;
  readonly #log: string;
  #process: ChildProcess | null = null;

  private constructor(port: number, dataFolder: string, settings: NodeJS.ProcessEnv) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#dataFolder = dataFolder;
    this.#log = `${dataFolder}.log`;
    this.configure(settings);
  }

  /** `settings`: the rest of its configuration, as environment variables. */
  static async on(dataFolder: string, settings: NodeJS.ProcessEnv): Promise<ServerProcess> {
    return new ServerProcess(await freePort(), dataFolder, settings);
  }

  /** Other settings from its next start on, as environment variables. */
  configure(settings: NodeJS.ProcessEnv): void {
    this.#env = {
      ...process.env,
      ...settings,
      SEALPOST_PORT: String(this.port),
      SEALPOST_DATA_FOLDER: this.#dataFolder,
    };
  }

  /** Resolves when the server is ready; answers after how many milliseconds. */
  async start(): Promise<number> {
    const began = performance.now();
    const log = openSync(this.#log, 'a', 0o600);
    const child = spawn(process.execPath, [bin, 'serve'], {
      env: this.#env,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    endWithUs(child);
    this.#process = child;
    while (performance.now() - began < readyTimeoutMs) {
      if (child.exitCode !== null)
        throw new Error(`the server ended with ${child.exitCode}:\n${this.#said()}`);
      if (await this.#isReady()) return performance.now() - began;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server was not ready in ${readyTimeoutMs} ms:\n${this.#said()}`);
  }

  signal(name: NodeJS.Signals): void {
    this.#process?.kill(name);
  }

  /** Resolves with its exit code when it ended by itself. */
  async ended(): Promise<number | null> {
    const child = this.#process;
    if (!child) return null;
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
    return child.exitCode;
  }

  /** Resolves when the process is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  #said(): string {
    return readFileSync(this.#log, 'utf8').slice(-shownCharacters);
  }

  async #isReady(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) });
      await answer.arrayBuffer();
      return answer.ok;
    } catch {
      // Nobody listens yet.
      return false;
    }
  }
}
