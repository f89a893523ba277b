import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { identify } from '../../src/process-identity.ts';
import { eventually } from './eventually.ts';

export async function isGone(pid: number): Promise<boolean> {
  return (await identify(pid)) === null;
}

/** A dead process that nobody reaps until the block ends. `whileAlive` is called before it dies. */
export async function aZombie(
  whileAlive: (pid: number) => Promise<void> = () => Promise.resolve(),
): Promise<AsyncDisposable & { readonly pid: number }> {
  // The shell becomes a sleep, which never asks after the child that it inherits.
  const parent = spawn('sh', ['-c', 'sleep 300 & echo $!; exec sleep 300'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  const pid = Number(line);
  await whileAlive(pid);
  process.kill(pid, 'SIGKILL');
  await eventually(() => isGone(pid));
  return {
    pid,
    [Symbol.asyncDispose]: async () => {
      parent.kill('SIGKILL');
      await once(parent, 'exit');
    },
  };
}

/** A living process that has nothing to do with Postgres, under the user `uid` when that is given. */
export async function aBystander(
  uid?: number,
): Promise<AsyncDisposable & { readonly pid: number }> {
  const child = spawn('sleep', ['300'], { stdio: 'ignore', ...(uid === undefined ? {} : { uid }) });
  await once(child, 'spawn');
  return {
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      if (child.kill('SIGKILL')) await once(child, 'exit');
    },
  };
}
