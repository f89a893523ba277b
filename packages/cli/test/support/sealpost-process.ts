import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/sealpost.js', import.meta.url));

/** Nothing of the tests' own settings: the command has to work as it is installed. */
function environment(given: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const plain = Object.entries(inherited).filter(([name]) => !name.startsWith('SEALPOST_'));
  return { ...Object.fromEntries(plain), ...given };
}

/** Where a command is run, and which one; without more, this checkout's in the folder of the tests. */
export interface Started {
  readonly cwd?: string;
  readonly bin?: string;
  /** Of Node, before the command. */
  readonly nodeOptions?: readonly string[];
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A `sealpost` process and what it wrote. It does not outlive its test. */
export class SealpostProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  /** In a process group of its own, as in a terminal. */
  constructor(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    { cwd, bin: command = bin, nodeOptions = [] }: Started = {},
  ) {
    this.child = spawn(process.execPath, [...nodeOptions, command, ...args], {
      env: environment(env),
      cwd,
      detached: true,
    });
    this.child.stdout?.on('data', (text) => (this.stdout += String(text)));
    this.child.stderr?.on('data', (text) => (this.stderr += String(text)));
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr }));
    });
    onTestFinished(async () => {
      this.signal('SIGKILL');
      await this.ended;
    });
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** As Ctrl+C does: to every process of the group. */
  signalGroup(name: NodeJS.Signals): void {
    if (this.child.pid !== undefined) process.kill(-this.child.pid, name);
  }

  /** The URL that it tells when it is ready; rejects when it ends before. */
  async url(): Promise<string> {
    let listen = (): void => undefined;
    const told = new Promise<string>((resolve) => {
      listen = () => {
        const [, url] = /URL +(\S+)/.exec(this.stdout) ?? [];
        if (url !== undefined && this.stdout.includes('Ctrl+C')) resolve(url);
      };
      this.child.stdout?.on('data', listen);
      listen();
    });
    const early = this.ended.then(({ code, stderr }) => {
      throw new Error(`ended with ${code}: ${stderr}`);
    });
    return Promise.race([told, early]);
  }
}

/** Runs a command to its end. */
export const sealpost = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  started: Started = {},
): Promise<Ended> => new SealpostProcess(args, env, started).ended;
