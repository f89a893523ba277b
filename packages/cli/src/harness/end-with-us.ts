import { type ChildProcess, spawn } from 'node:child_process';

/** Waits for a line, which says that the process has ended. When the writer dies instead, it ends the process. */
const script = 'read -r ended || kill -9 "$1"';

/**
 * Whatever way this process ends, by SIGKILL too, the child ends with it, also one that is stopped: a small process outside
 * watches over both. Where there is no shell, nobody does.
 */
export function endWithUs(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const guard = spawn('sh', ['-c', script, 'guard', String(child.pid)], {
    // A group of its own, so that what ends our group does not end it before it has done its work.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => undefined);
  // It may be gone before it is told, when somebody ended it.
  guard.stdin.on('error', () => undefined);
  child.once('exit', () => guard.stdin.end('ended\n'));
}
