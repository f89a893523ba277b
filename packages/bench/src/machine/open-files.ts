import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Beside one for each connection. */
const others = 1_000;
const raised = 'BENCH_OPEN_FILES_RAISED';

/** Up to which Node raises its own limit when it starts. */
function mostOpenFiles(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const [, most = ''] = /^Max open files\s+\S+\s+(\S+)/m.exec(limits) ?? [];
  return most === 'unlimited' ? Infinity : Number(most);
}

/**
 * Sees to it that this process and those that it starts may hold so many connections. Answers the exit code of this very
 * program run again with a higher limit, if that was needed; null: go on.
 * @throws Error that says what to do when the limit cannot be raised.
 */
export function allowConnections(connections: number): number | null {
  const needed = connections + others;
  const most = mostOpenFiles();
  if (most >= needed) return null;
  const tooFew = new Error(
    `${needed} open files are needed, and ${most} are allowed. Run it after \`ulimit -Hn ${needed}\`, or by a user who may raise the limit.`,
  );
  if (process.env[raised] !== undefined) throw tooFew;
  const limit = `--nofile=${needed}:${needed}`;
  // Whether it may at all: the same of a program that does nothing.
  if (spawnSync('prlimit', [limit, 'true']).status !== 0) throw tooFew;
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const { status } = spawnSync('prlimit', [limit, ...again], {
    stdio: 'inherit',
    env: { ...process.env, [raised]: String(needed) },
  });
  return status ?? 1;
}
