import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Command {
  /** A program from the workspace's `node_modules/.bin`, or from the path. */
  readonly program: string;
  readonly args: readonly string[];
  readonly root: string;
  /** Where it runs; the workspace's root if not said. */
  readonly folder?: string;
  /** It is stopped, with everything that it started, after this time. */
  readonly limitMs: number;
  /** Collects standard output: instead of showing it, or as well. */
  readonly collect?: 'silently' | 'and show';
}

export interface Ended {
  /** `null` when it was stopped by a signal. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** Empty unless collected. */
  readonly output: string;
}

/** Runs a command to its end; what it prints is seen as it comes. */
export async function runCommand(command: Command): Promise<Ended> {
  const { promise: ended, resolve, reject } = Promise.withResolvers<number | null>();
  const child = spawn(command.program, command.args, {
    cwd: command.folder ?? command.root,
    env: environment(command.root),
    stdio: ['ignore', command.collect === undefined ? 'inherit' : 'pipe', 'inherit'],
    // A group of its own, so that grandchildren (servers that tests start) end with it.
    detached: true,
  });
  child.once('error', reject);
  child.once('close', resolve);

  if (command.collect === 'and show') child.stdout?.pipe(process.stdout, { end: false });

  const stop = (): void => killGroup(child.pid);
  const interrupt = (): void => {
    stop();
    process.exit(130);
  };
  const state = { timedOut: false };
  const timer = setTimeout(() => {
    state.timedOut = true;
    stop();
  }, command.limitMs);
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const output = child.stdout === null ? '' : await text(child.stdout);
    return { exitCode: await ended, timedOut: state.timedOut, output };
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** What to report of a command, as findings: nothing when it ended well. */
export function complaints(command: Command, ended: Ended): readonly string[] {
  const line = [command.program, ...command.args].join(' ');
  if (ended.timedOut) return [`\`${line}\` took longer than ${command.limitMs / 1000} s`];
  return ended.exitCode === 0 ? [] : [`\`${line}\` ended with ${ended.exitCode ?? 'a signal'}`];
}

/** The workspace's own programs come first, Node among them. */
function environment(root: string): NodeJS.ProcessEnv {
  const path = [join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  return { ...process.env, PATH: path };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Gone in the meantime, which is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
