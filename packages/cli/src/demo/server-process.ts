import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/sealpost.js', import.meta.url));
const readyTimeoutMs = 30_000;

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** The server as an operator starts it, on a data folder of its own. */
export class ServerProcess {
  readonly url: string;
  readonly #env: NodeJS.ProcessEnv;
  #process: ChildProcess | null = null;
  #output = '';

  private constructor(port: number, dataFolder: string) {
    this.url = `http://127.0.0.1:${port}`;
    this.#env = {
      ...process.env,
      SEALPOST_PORT: String(port),
      SEALPOST_DATA_FOLDER: dataFolder,
      SEALPOST_PROFILE: 'embedded',
    };
  }

  static async on(dataFolder: string): Promise<ServerProcess> {
    return new ServerProcess(await freePort(), dataFolder);
  }

  /** Resolves when the server is ready; answers after how many milliseconds. */
  async start(): Promise<number> {
    const began = performance.now();
    const child = spawn(process.execPath, [bin, 'serve'], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    this.#output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on(
        'data',
        (chunk: Buffer) => (this.#output = (this.#output + chunk.toString()).slice(-8_000)),
      );
    while (performance.now() - began < readyTimeoutMs) {
      if (child.exitCode !== null)
        throw new Error(`the server ended with ${child.exitCode}:\n${this.#output}`);
      if (await this.#isReady()) return performance.now() - began;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server was not ready in ${readyTimeoutMs} ms:\n${this.#output}`);
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`)).ok;
    } catch {
      // Nobody listens yet.
      return false;
    }
  }
}
