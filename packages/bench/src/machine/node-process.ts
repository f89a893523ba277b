import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const shownCharacters = 4_000;
const stopWithinMs = 20_000;
const usualMs = 120_000;

export interface NodeProcessOptions {
  /** Arguments of Node: its own, the script, and the script's. */
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Where its messages go; what it prints on standard output too, unless that is read. */
  readonly log: string;
}

/** A Node program of ours in a process of its own. */
export class NodeProcess {
  readonly #child: ChildProcess;
  readonly #log: string;

  constructor({ args, env, log }: NodeProcessOptions) {
    const file = openSync(log, 'a', 0o600);
    this.#log = log;
    this.#child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', file],
    });
    closeSync(file);
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the process could not be started');
    return pid;
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Writes its standard input, to the end. */
  give(text: string): void {
    this.#child.stdin?.end(text);
  }

  /** The first line that it prints. Throws with what it said if it ends before, or takes longer. */
  async firstLine(withinMs = usualMs): Promise<string> {
    if (!this.#child.stdout) throw new Error('its output is not read');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), withinMs);
    try {
      for await (const line of createInterface({ input: this.#child.stdout })) {
        this.#child.stdout.resume();
        return line;
      }
    } finally {
      clearTimeout(timer);
    }
    throw this.failure(`ended, or gave no answer within ${withinMs} ms`);
  }

  /** What it prints is of no use, and must not stop it. */
  ignoreOutput(): void {
    this.#child.stdout?.resume();
  }

  failure(what: string): Error {
    const said = readFileSync(this.#log, 'utf8').slice(-shownCharacters);
    return new Error(`process ${this.#child.pid ?? '?'} ${what}:\n${said}`);
  }

  /** Resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.ended) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopWithinMs);
    await gone;
    clearTimeout(timer);
  }
}
