import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { EmbeddedPostgresErrorCode, EmbeddedPostgresNotice } from '../../src/index.ts';

export interface Started {
  readonly pid: number;
  readonly postgres: number;
  readonly url: string;
}

export interface Refused {
  readonly code: EmbeddedPostgresErrorCode;
  readonly message: string;
}

interface Line {
  readonly started?: Started;
  readonly refused?: Refused;
  readonly notice?: EmbeddedPostgresNotice;
}

/** A process that runs `serve.ts`, with what it said so far. */
export class ServerProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly notices: EmbeddedPostgresNotice[] = [];
  readonly #outcome: Promise<Line>;

  /** `command` runs `serve.ts` in another way: under another user, or from a copy of the checkout. */
  constructor(args: readonly string[], options: SpawnOptions = {}, command = defaultCommand) {
    const [program = '', ...before] = command;
    this.child = spawn(program, [...before, ...args], {
      ...options,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#outcome = this.#read();
  }

  async started(): Promise<Started> {
    const { started, refused } = await this.#outcome;
    if (started === undefined) throw new Error(`the server did not start: ${refused?.message}`);
    return started;
  }

  async refused(): Promise<Refused> {
    const { refused } = await this.#outcome;
    if (refused === undefined) throw new Error('the server started');
    return refused;
  }

  /** Whether it started or was refused. */
  outcome(): Promise<Line> {
    return this.#outcome;
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill(signal);
    await once(this.child, 'exit');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill('SIGTERM');
  }

  async #read(): Promise<Line> {
    if (this.child.stdout === null) throw new Error('the server has no output');
    const lines = createInterface({ input: this.child.stdout });
    const outcome = Promise.withResolvers<Line>();
    lines.on('line', (text) => {
      const line = JSON.parse(text) as Line;
      if (line.notice === undefined) outcome.resolve(line);
      else this.notices.push(line.notice);
    });
    lines.on('close', () => outcome.reject(new Error('the server ended without a word')));
    return outcome.promise;
  }
}

const defaultCommand: readonly string[] = [
  process.execPath,
  fileURLToPath(new URL('serve.ts', import.meta.url)),
];
